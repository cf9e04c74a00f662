"""The vocabulary of a hall file: every word that may stand where only certain words may."""

LANGUAGES = ("zh", "en", "de", "ja", "ko", "ru")
NEEDED_LANGUAGES = ("zh", "en")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

MODES = ("self", "assisted", "window")
APPOINTMENTS = ("none", "optional", "required")
PROOFS = ("none", "code")
WHO = ("person", "org", "any")

FLAGS = (
    "online",
    "onecard",
    "instantauto",
    "promise",
    "tolerant",
    "allcity",
    "crossprov",
    "h24",
    "locker",
    "proxy",
    "interp",
    "elder",
    "journey",
    "season",
    "cash",
)

DAY_KINDS = (
    *WEEKDAYS,
    "month_end",
    "day_before_holiday",
    "day_after_holiday",
    "tax_deadline",
    "school_enrolment",
)
