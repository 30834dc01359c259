"""Public holidays of Việt Nam, as proposals: the days off of a year are fixed by a decision of its
own, and nothing closes by itself.
"""


def proposed_holidays(year: int, lang: str) -> list[dict[str, str]]:
    """`[{date, name}]` of a year, days in lieu among them, in the order of the calendar."""
    # loaded here: the first year of a country costs a tenth of a second
    import holidays

    languages = holidays.VN.supported_languages
    named = next((name for name in languages if name.startswith(lang)), languages[0])
    days = holidays.country_holidays("VN", years=year, language=named)
    return [{"date": day.isoformat(), "name": name} for day, name in sorted(days.items())]
