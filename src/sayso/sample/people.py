"""
Invented people of the sample shop: names, places, addresses that cannot receive mail, numbers nobody has.

Mail domains end in `.example`. Numbers come from ranges kept free for fiction: ACMA's thirty mobiles and its landline
blocks 5550 and 7010, the North American 555-0100 to 555-0199, Ofcom's drama mobiles, and the Bundesnetzagentur's Berlin
block for films. New Zealand keeps none free, so its people typed no number.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

_FIRST = [
    "Aroha", "Bashir", "Callum", "Deepika", "Ebony", "Farid", "Greta", "Hamish", "Imani", "Jarrah", "Keiko", "Lachlan",
    "Mei", "Ngaio", "Oluchi", "Priya", "Quentin", "Rosalind", "Sione", "Talia", "Ulrich", "Vikram", "Winona", "Xanthe",
    "Yusuf", "Zofia", "Anouk", "Benedikt", "Carmela", "Dashiell", "Esme", "Florin", "Giulia", "Hugo", "Ines", "Jonah",
    "Kirra", "Leopold", "Marisol", "Noor", "Odette", "Pavel", "Rafferty", "Saskia", "Tomas", "Una", "Violet", "Wesley",
    "Yarran", "Zahra",
]  # fmt: skip
_LAST = [
    "Abernathy", "Bellweather", "Castellane", "Dunmorrow", "Eastlake", "Fairbrother", "Gumnut", "Hollowell",
    "Ironbark", "Jessamine", "Kestrel", "Larkspur", "Merriweather", "Nightingale", "Oakhurst", "Pemberley",
    "Quillfeather", "Rosewarne", "Saltmarsh", "Thistlewood", "Underhill", "Vanterpool", "Wattlebird", "Yellowwood",
    "Zephyr", "Applegarth", "Birdsong", "Coldwater", "Driftwood", "Emberly", "Foxglove", "Greenaway", "Heatherington",
    "Inkpen", "Juniper", "Kingfisher", "Lightfoot", "Mossman", "Netherfield", "Osgood",
]  # fmt: skip
_MAIL = ("post.example", "letterbox.example", "inbox.example", "mail.example", "pigeon.example", "webpost.example")
_STREETS = ("Banksia Lane", "Invented Street", "Lyrebird Road", "Nowhere Place", "Fable Avenue", "Storybook Crescent")

_AU_MOBILES = [
    "0491570006", "0491570156", "0491570157", "0491570158", "0491570159", "0491570110", "0491570313", "0491570737",
    "0491571266", "0491571491", "0491571804", "0491572549", "0491572665", "0491572983", "0491573770", "0491573087",
    "0491574118", "0491574632", "0491575254", "0491575789", "0491576398", "0491576801", "0491577426", "0491577644",
    "0491578957", "0491578148", "0491578888", "0491579212", "0491579760", "0491579455",
]  # fmt: skip
_AU_LANDLINE = {"NSW": "2", "ACT": "2", "VIC": "3", "TAS": "3", "QLD": "7", "SA": "8", "WA": "8", "NT": "8"}
_AREA = {
    "CA": ("213", "415", "510", "619", "707", "805", "916"), "NY": ("212", "716", "914"), "TX": ("512", "713", "915"),
    "WA": ("206", "509"), "FL": ("305", "407", "904"), "OR": ("503", "541"), "IL": ("312", "815"), "CO": ("303", "970"),
    "ON": ("416", "613"), "BC": ("604", "250"), "QC": ("514", "418"),
}  # fmt: skip
_CITY = {
    "NSW": ("Newcastle", "2300"), "VIC": ("Ballarat", "3350"), "QLD": ("Cairns", "4870"), "WA": ("Fremantle", "6160"),
    "SA": ("Glenelg", "5045"), "TAS": ("Launceston", "7250"), "ACT": ("Canberra", "2600"), "NT": ("Darwin", "0800"),
    "CA": ("Sacramento", "95814"), "NY": ("Albany", "12207"), "TX": ("Austin", "78701"), "WA-US": ("Tacoma", "98402"),
    "FL": ("Tampa", "33602"), "OR": ("Salem", "97301"), "IL": ("Peoria", "61602"), "CO": ("Pueblo", "81003"),
    "ON": ("Kingston", "K7L 1A1"), "BC": ("Victoria", "V8W 1A1"), "QC": ("Gatineau", "J8X 1A1"),
}  # fmt: skip
_ELSEWHERE = {"NZ": ("Dunedin", "9016"), "GB": ("Durham", "DH1 1AA"), "DE": ("Bamberg", "96047")}

_PLACES: tuple[tuple[str, str, int], ...] = (
    ("AU", "VIC", 190), ("AU", "NSW", 180), ("AU", "QLD", 110), ("AU", "WA", 60), ("AU", "SA", 45), ("AU", "TAS", 25),
    ("AU", "ACT", 25), ("AU", "NT", 15), ("US", "CA", 190), ("US", "NY", 20), ("US", "TX", 20), ("US", "WA", 15),
    ("US", "FL", 15), ("US", "OR", 10), ("US", "IL", 10), ("US", "CO", 10), ("NZ", "", 30), ("GB", "", 25),
    ("DE", "", 15), ("CA", "ON", 8), ("CA", "BC", 5), ("CA", "QC", 5),
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """One invented person."""

    number: int
    first: str
    last: str
    email: str
    phone: str | None
    country: str
    state: str
    city: str
    postcode: str
    street: str

    def address(self) -> dict[str, str | None]:
        """The address as a shop's export has it."""
        return {
            "first_name": self.first, "last_name": self.last, "address1": self.street, "address2": "",
            "city": self.city, "zip": self.postcode, "province_code": self.state or None, "country_code": self.country,
            "phone": self.phone,
        }  # fmt: skip


class Cast:
    """Makes invented people, each with an address and a number of their own; the same ones from the same seed."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._count = 0
        self._taken: set[str] = set()
        self._mobiles = list(_AU_MOBILES)

    def person(self, country: str | None = None, state: str | None = None) -> Person:
        """Somebody new, from anywhere or from the place asked for."""
        random = self._random
        places = [place for place in _PLACES if country in (None, place[0]) and state in (None, place[1])]
        (place,) = random.choices(places, [weight for _, _, weight in places])
        land, region = place[0], place[1]
        city, postcode = _ELSEWHERE.get(land) or _CITY.get(f"{region}-{land}") or _CITY[region]
        first, last = random.choice(_FIRST), random.choice(_LAST)
        self._count += 1
        return Person(
            number=self._count,
            first=first,
            last=last,
            email=f"{first}.{last}.{self._count}@{random.choice(_MAIL)}".lower(),
            phone=self._phone(land, region),
            country=land,
            state=region,
            city=city,
            postcode=postcode,
            street=f"{random.randint(1, 240)} {random.choice(_STREETS)}",
        )

    def _phone(self, country: str, state: str) -> str | None:
        if country == "NZ":
            return None
        if country == "AU" and self._mobiles and self._random.random() < 0.2:
            return "+61" + self._mobiles.pop(0)[1:]
        for _ in range(10_000):
            phone = self._draw(country, state)
            if phone not in self._taken:
                self._taken.add(phone)
                return phone
        return None

    def _draw(self, country: str, state: str) -> str:
        random = self._random
        if country == "AU":
            return f"+61{_AU_LANDLINE[state]}{random.choice(('5550', '7010'))}{random.randint(0, 9999):04}"
        if country == "GB":
            return f"+447700900{random.randint(0, 999):03}"
        if country == "DE":
            return f"+493023125{random.randint(0, 999):03}"
        return f"+1{random.choice(_AREA[state])}55501{random.randint(0, 99):02}"
