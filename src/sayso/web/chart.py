"""The picture of an overview: one bar a channel, one colour an answer."""

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
FONT = "Liberation Sans, Arial, sans-serif"
WIDTH, ROW = 620, 34
DARK = (
    "<style>@media (prefers-color-scheme: dark) {"
    " .role-axis-label text, .role-legend-label text { fill: #e8eaee } }</style>"
)
"""The picture has no background of its own: on a dark page the words beside the bars are light."""
NARROWEST = 0.045
"""Share of a bar below which its number would not fit."""


def overview_svg(overview: Overview) -> str:
    """Stacked bars as SVG: people by channel and answer, counts written into the bars."""
    rows = []
    for channel, missing in overview.unreachable.items():
        counts = {ANSWERS[answer]: people for answer, people in overview.counts(channel).items()} | {
            "no address": missing
        }
        for order, answer in enumerate(COLOURS):
            people = counts.get(answer, 0)
            label = f"{people:,}" if people > NARROWEST * max(overview.people, 1) else ""
            rows.append(
                {"channel": CHANNELS[channel], "answer": answer, "people": people, "order": order, "label": label}
            )
    chart = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("channel:N", sort=[CHANNELS[channel] for channel in overview.unreachable], title=None,
                axis=alt.Axis(domain=False, ticks=False, labelFontSize=14, labelPadding=10)),
        x=alt.X("people:Q", stack="zero", title=None, axis=None),
        order=alt.Order("order:Q"),
    )  # fmt: skip
    colour = alt.Color(
        "answer:N",
        scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())),
        legend=alt.Legend(orient="top", title=None, labelFontSize=13, symbolType="square", symbolSize=140, offset=6),
    )
    bars = chart.mark_bar(height=22).encode(color=colour)
    numbers = chart.mark_text(color="white", fontSize=12, fontWeight="bold").encode(
        x=alt.X("people:Q", stack="zero", bandPosition=0.5), text="label:N", detail="answer:N",
        color=alt.condition("datum.answer == 'no address'", alt.value("#4a5260"), alt.value("white")),
    )  # fmt: skip
    picture = (bars + numbers).properties(
        width=WIDTH, height=ROW * max(len(overview.unreachable), 1), background="transparent"
    )
    picture = picture.configure(font=FONT).configure_view(strokeWidth=0).configure_axis(labelColor="#20242c")
    head, rest = str(vl_convert.vegalite_to_svg(picture.to_dict())).split(">", 1)
    return f"{head}>{DARK}{rest}"
