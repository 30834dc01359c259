"""The routes of voices and of clips in sign language, in the OpenAPI document."""

from ..payloads.voice import PublishVoice, UseVoice
from .openapi_parts import Route, parameter

VOICE: tuple[Route, ...] = (
    (
        "get",
        "/api/v1/{centre}/voice",
        (
            "The voices of a centre: the pack in force and what it lacks, the prompts and"
            " recordings, the versions."
        ),
        None,
        (),
    ),
    *(
        (
            method,
            "/api/v1/{centre}/voice/draft/{lang}/{name}",
            sentence,
            None,
            (parameter("lang", "Language of the pack."), parameter("name", what)),
        )
        for method, sentence, what in (
            (
                "put",
                (
                    "A recording (WAV, MP3, FLAC, Ogg; 2 MB at most) of one prompt: trimmed,"
                    " levelled, kept."
                ),
                "Key of the prompt.",
            ),
            (
                "get",
                "A finished recording, or the draft as a pack.",
                "`KEY.wav` or `manifest.json`.",
            ),
            ("delete", "Take a recording out of the draft.", "Key of the prompt, or `all`."),
        )
    ),
    *(
        (
            method,
            "/api/v1/{centre}/voice/pack/{lang}",
            sentence,
            None,
            (parameter("lang", "Language of the pack."),),
        )
        for method, sentence in (
            ("get", "The pack in force as one file (`.luotvoice`)."),
            (
                "put",
                (
                    "A pack's file (16 MB at most) becomes the voice of the centre; with `?for=all`"
                    " (administrators) of every centre of the hub without one of its own."
                ),
            ),
        )
    ),
    (
        "get",
        "/api/v1/{centre}/signs",
        "What may have a clip in sign language: prompts and fields, their words, the clips.",
        None,
        (),
    ),
    *(
        (
            method,
            "/api/v1/{centre}/signs/{key}",
            sentence,
            None,
            (parameter("key", "Key of the prompt, or `field-PREFIX`."),),
        )
        for method, sentence in (
            (
                "put",
                (
                    "A silent film (WebM, MP4; 30 s, 12 MB at most) becomes the clip of a prompt or"
                    " field."
                ),
            ),
            ("delete", "Delete a clip in sign language."),
        )
    ),
    (
        "post",
        "/api/v1/{centre}/voice/publish",
        "The draft becomes the centre's voice.",
        PublishVoice,
        (),
    ),
    (
        "post",
        "/api/v1/{centre}/voice/use",
        "Put another version of the centre's voice in force; 0: the shipped one.",
        UseVoice,
        (),
    ),
)
