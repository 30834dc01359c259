"""Which passwords are taken: long enough, and none of those everybody tries first."""

SHORTEST, LONGEST_LOOKED_AT = 8, 72
#: zxcvbn's scale from 0 to 4; below this a password falls to the lists and patterns that guessing
#: programs begin with.
LEAST_SCORE = 2


def weakness(password: str, *about: str) -> str | None:
    """Why a password is refused, as a code of the language files' `problems`: `short_password`, or
    `common_password`; None when it is taken. `about` are words a guesser would try for this person
    (their names, the centre).
    """
    if len(password) < SHORTEST:
        return "short_password"
    # loaded here: its lists cost a start of the hub 50 ms and only a new password needs them
    from zxcvbn import zxcvbn

    estimate = zxcvbn(password[:LONGEST_LOOKED_AT], user_inputs=[word for word in about if word])
    return "common_password" if estimate["score"] < LEAST_SCORE else None
