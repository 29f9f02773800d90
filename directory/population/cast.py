"""The cast: the first people play fixed parts, so that even a small population has every case.

All else about them (name, skills, prices) is drawn as for everybody. Who plays no named part here keeps what
was drawn.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """What is fixed about one person: by default a listed practice at `zip_code`, confirmed lately.

    `without_law`: how somebody in a state that regulates nothing shows training ("board", "trained",
    "uninsured", "nothing"). `second_zip` is another practice; `second_right`: with the right to
    practise there as well.
    """

    zip_code: str
    state: str = "verified"
    without_law: str = "board"
    second_zip: str | None = None
    second_right: bool = True
    home: bool = False
    travels_only: bool = False
    published: bool = True
    held: bool = False
    confirmed_days_ago: int | None = 3
    member_days: int | None = 200
    expires_in: int | None = None


CAST: tuple[Part, ...] = (
    Part("60614", expires_in=400),  # the therapist of the demonstration account
    Part("60614", state="renewal_filed"),
    Part("60618", state="expired"),
    Part("60622", state="suspended"),
    Part("10025", state="revoked"),
    Part("98103", state="surrendered"),
    Part("60647", state="in_review"),
    Part("78704", state="submitted"),
    Part("33139", state="needs_information"),
    Part("19103", state="rejected"),
    Part("97209", state="draft"),
    Part("67202", without_law="board"),
    Part("67203", without_law="trained"),
    Part("67204", without_law="uninsured"),
    Part("66044", without_law="nothing"),
    Part("55401", without_law="trained"),
    Part("55408", without_law="board"),
    Part("82001", without_law="trained"),
    Part("94607"),
    Part("94110", state="expired"),
    Part("05401"),
    Part("05602", state="submitted"),
    Part("97209", second_zip="98660"),
    Part("10014", second_zip="07030", second_right=False),
    Part("64106", second_zip="66102", without_law="trained"),
    Part("60613", home=True),
    Part("60625", travels_only=True),
    Part("60657", held=True),
    Part("60610", published=False),
    Part("60605", confirmed_days_ago=150),
    Part("60607", confirmed_days_ago=None),
    Part("60611", member_days=-20),
    Part("60642", member_days=None),
    Part("60640", expires_in=0),  # its last day
    Part("60626", expires_in=5),
    Part("60660", confirmed_days_ago=118),
    Part("00901"),
    Part("00802", state="in_review"),
)
