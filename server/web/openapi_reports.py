"""The routes of reports in the OpenAPI document."""

from ..acts.rating_figures import BY as RATINGS_BY
from ..payloads.plan import PlanDay
from ..payloads.report import MakeExport, SignReport
from ..reports.all_centres import ALL_CENTRES_BY
from ..reports.cells import OTHER_BY, WHATS
from ..reports.question import BY, DECIMALS, SEPARATORS
from ..reports.views import VIEWS
from ..texts import languages
from .openapi_parts import Route, parameter

EXPORT = (parameter("export", "Its id."),)
#: What several of these routes are asked: which days, in which language, how a CSV is written.
SPAN = (
    parameter("from", "First service day (2026-11-23).", "query"),
    parameter("to", "Last service day.", "query"),
)
TITLES_IN = parameter(
    "lang", "Language of names and titles.", "query", enum=languages().for_staff()
)
OF_CSV = (
    parameter("separator", "What parts a CSV's cells.", "query", enum=[*SEPARATORS]),
    parameter("decimal", "A CSV's decimal mark.", "query", enum=[*DECIMALS]),
)
REPORTS: tuple[Route, ...] = (
    (
        "get",
        "/api/v1/{centre}/reports/waits",
        "How long people waited.",
        None,
        (
            *SPAN,
            parameter(
                "by",
                "Rows by what.",
                "query",
                enum=list(BY),
            ),
            parameter("format", "How.", "query", enum=["json", "csv", "xlsx", "pdf"]),
            TITLES_IN,
            *OF_CSV,
            parameter(
                "charts",
                "1: the heat map, the curves and the last hour, too.",
                "query",
                enum=["0", "1"],
            ),
        ),
    ),
    (
        "get",
        "/api/v1/{centre}/reports/tickets",
        "The tickets of a time as rows, without personal data and without their ids.",
        None,
        (
            *SPAN,
            parameter("format", "How.", "query", enum=["csv", "parquet"]),
            parameter("lang", "Language of names.", "query", enum=languages().for_staff()),
            *OF_CSV,
        ),
    ),
    (
        "get",
        "/api/v1/{centre}/reports/ratings",
        "How visits were rated, and words left; no figure of fewer than five.",
        None,
        (
            *SPAN,
            parameter("by", "By what.", "query", enum=list(RATINGS_BY)),
            parameter("format", "How.", "query", enum=["json", "csv"]),
            TITLES_IN,
            *OF_CSV,
        ),
    ),
    (
        "get",
        "/api/v1/{centre}/reports/promises",
        "How what people were told of their wait was kept.",
        None,
        (
            *SPAN,
            parameter("format", "How.", "query", enum=["json", "csv", "xlsx"]),
            TITLES_IN,
            *OF_CSV,
        ),
    ),
    (
        "get",
        "/api/v1/{centre}/reports/centres",
        "How long people waited at every centre of this hub, for whoever may compare them.",
        None,
        (
            parameter("from", "First month (2026-01).", "query"),
            parameter("to", "Last month.", "query"),
            parameter("by", "Rows by what.", "query", enum=list(ALL_CENTRES_BY)),
            parameter("of", "The code of one centre alone.", "query"),
            parameter("format", "How.", "query", enum=["json", "csv"]),
            TITLES_IN,
            *OF_CSV,
        ),
    ),
    (
        "get",
        "/api/v1/{centre}/reports/views",
        "A view beside the table of waits, or the tickets behind a figure.",
        None,
        (
            parameter("view", "Which one.", "query", enum=[*VIEWS]),
            *SPAN,
            parameter("by", "Of tickets: rows by what.", "query", enum=[*BY, *OTHER_BY]),
            parameter("key", "Of tickets: the key of the row.", "query"),
            parameter("what", "Of tickets: which figure.", "query", enum=[*WHATS]),
            parameter("format", "How.", "query", enum=["json", "csv", "xlsx", "pdf"]),
            TITLES_IN,
            *OF_CSV,
        ),
    ),
    (
        "get",
        "/api/v1/{centre}/reports/ticket",
        "What happened to one number, for whoever complains: its facts and its waits.",
        None,
        (
            parameter("day", "Its service day; today unless given.", "query"),
            parameter("number", "The number, as on the slip.", "query"),
            parameter("format", "How.", "query", enum=["json", "csv"]),
            parameter("lang", "Language of the words.", "query", enum=languages().for_staff()),
        ),
    ),
    (
        "post",
        "/api/v1/{centre}/reports/exports",
        "Have a long export made beside the hub (201).",
        MakeExport,
        (),
    ),
    ("get", "/api/v1/{centre}/reports/exports", "The exports of the last seven days.", None, ()),
    *(
        (method, f"/api/v1/{{centre}}/reports/exports/{{export}}{end}", sentence, None, EXPORT)
        for method, end, sentence in (
            ("get", "", "How far an export is."),
            ("get", "/file", "The finished file of an export."),
            ("delete", "", "Stop an export that waits or runs; delete one that is finished."),
        )
    ),
    (
        "get",
        "/api/v1/{centre}/reports/plan",
        "A plan for a day beside the usual one, on the same random days.",
        None,
        (
            parameter("counters", "Those staffed, with their fields: 2=A;24=C,A.", "query"),
            parameter("people", "So many percent more people.", "query"),
            parameter("hours", "Hours of the counters: 07:30-11:30,13:00-17:00.", "query"),
        ),
    ),
    (
        "post",
        "/api/v1/{centre}/reports/plan-day",
        "Let counters serve other fields on a day: at once, or when that day opens.",
        PlanDay,
        (),
    ),
    (
        "post",
        "/api/v1/{centre}/reports/sign",
        "Sign the figures of days that are over, as they were shown; only people may.",
        SignReport,
        (),
    ),
    (
        "get",
        "/open/{centre}/waits.json",
        "Today's and last month's waits per field, for everybody. Needs no token.",
        None,
        (),
    ),
)
