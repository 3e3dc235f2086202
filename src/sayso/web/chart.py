"""Pictures of counts: one bar a channel or a step, one colour an answer or a state."""

from __future__ import annotations

import altair as alt
import vl_convert

from sayso.reports.answers import Overview
from sayso.reports.words import ANSWERS, CHANNELS

COLOURS = {
    "allowed": "#1b7f5c",
    "depends": "#d9a441",
    "not covered": "#8d7cc4",
    "not allowed": "#c0583f",
    "no address": "#d5d9df",
}
PALE = "no address"
"""The part whose colour is so light that its number is dark."""
FONT = "Liberation Sans, Arial, sans-serif"
WIDTH, NARROW, ROW = 620, 200, 34
DARK = (
    "<style>@media (prefers-color-scheme: dark) {"
    " .role-axis-label text, .role-legend-label text { fill: #e8eaee } }</style>"
)
"""The picture has no background of its own: on a dark page the words beside the bars are light."""
DIGIT = 8
"""Pixels that a digit takes: what is narrower than its number bears none."""


def overview_svg(overview: Overview) -> str:
    """Stacked bars as SVG: people by channel and answer, counts written into the bars."""
    bars = {}
    for channel, missing in overview.unreachable.items():
        counts = {ANSWERS[answer]: people for answer, people in overview.counts(channel).items()}
        bars[CHANNELS[channel]] = counts | {"no address": missing}
    return bars_svg(bars, COLOURS, overview.people)


def bars_svg(
    bars: dict[str, dict[str, int]], colours: dict[str, str], most: int, row: int = ROW, narrow: bool = False
) -> str:
    """
    Stacked bars as SVG, one a name, in the order and colours given, counts written into them. `most` is the longest bar,
    `row` the height of each; `narrow` is for the width of a phone. A count that is no part of a bar at all is left out of the legend.
    """
    width = NARROW if narrow else WIDTH
    used = {part for counts in bars.values() for part, number in counts.items() if number}
    colours = {part: colour for part, colour in colours.items() if part in used} or colours
    rows = []
    for name, counts in bars.items():
        for order, part in enumerate(colours):
            number = counts.get(part, 0)
            label = f"{number:,}" if number else ""
            if number * width < len(label) * DIGIT * max(most, 1):
                label = ""
            rows.append({"name": name, "part": part, "number": number, "order": order, "label": label})
    chart = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("name:N", sort=list(bars), title=None,
                axis=alt.Axis(domain=False, ticks=False, labelFontSize=14, labelPadding=10)),
        x=alt.X("number:Q", stack="zero", title=None, axis=None),
        order=alt.Order("order:Q"),
    )  # fmt: skip
    colour = alt.Color(
        "part:N",
        scale=alt.Scale(domain=list(colours), range=list(colours.values())),
        legend=alt.Legend(
            orient="top",
            title=None,
            labelFontSize=13,
            symbolType="square",
            symbolSize=140,
            offset=6,
            columns=2 if narrow else 5,
        ),
    )
    marks = chart.mark_bar(height=round(row * 0.65)).encode(color=colour)
    numbers = chart.mark_text(color="white", fontSize=12, fontWeight="bold").encode(
        x=alt.X("number:Q", stack="zero", bandPosition=0.5), text="label:N", detail="part:N",
        color=alt.condition(f"datum.part == '{PALE}'", alt.value("#4a5260"), alt.value("white")),
    )  # fmt: skip
    picture = (marks + numbers).properties(width=width, height=row * max(len(bars), 1), background="transparent")
    picture = picture.configure(font=FONT).configure_view(strokeWidth=0).configure_axis(labelColor="#20242c")
    head, rest = str(vl_convert.vegalite_to_svg(picture.to_dict())).split(">", 1)
    return f"{head}>{DARK}{rest}"
