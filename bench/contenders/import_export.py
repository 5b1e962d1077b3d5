"""django-import-export with `clean_model_instances`, helped where it can be: bulk, no diffs, no search for earlier rows."""

import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import connection, models
from tablib import Dataset

from bench import timed

FIGURES = 8


def configure(folder: Path) -> None:
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "django.db")}
    settings.configure(DATABASES={"default": database}, INSTALLED_APPS=["import_export"], USE_TZ=True)
    django.setup()


def model(headings: list[str]) -> type[models.Model]:
    """Columns c0 (code), c1 (name), c2 (month), then the figures; verbose names as in the workbook."""
    code, name, month, *figures = headings
    fields: dict[str, object] = {
        "c0": models.CharField(code, max_length=6, validators=[RegexValidator(r"^\d{6}$")]),
        "c1": models.CharField(name, max_length=40),
        "c2": models.CharField(month, max_length=12, validators=[RegexValidator(r"^20\d\d年\d{1,2}月$")]),
    }
    for at, figure in enumerate(figures, 3):
        amount = models.DecimalField(figure, max_digits=20, decimal_places=4, null=True, blank=True)
        amount.validators.append(MinValueValidator(0))
        fields[f"c{at}"] = amount
    meta = type("Meta", (), {"app_label": "figures"})
    return type("Figure", (models.Model,), {**fields, "Meta": meta, "__module__": __name__})


def bring_in(workbook: Path) -> int:
    from import_export import resources  # noqa: PLC0415  (needs configured settings)

    data = Dataset().load(workbook.read_bytes(), format="xlsx")
    table = model(list(data.headers))
    data.headers = [f"c{at}" for at in range(len(data.headers))]
    with connection.schema_editor() as editor:
        editor.create_model(table)
    options = {
        "model": table, "import_id_fields": (), "force_init_instance": True, "clean_model_instances": True,
        "use_bulk": True, "batch_size": 1000, "skip_diff": True, "skip_html_diff": True, "report_skipped": False,
        "fields": tuple(data.headers),
    }  # fmt: skip
    resource = type("FigureResource", (resources.ModelResource,), {"Meta": type("Meta", (), options)})()
    result = resource.import_data(data, raise_errors=True, use_transactions=True)
    return int(result.totals["new"])


if __name__ == "__main__":
    configure(Path(sys.argv[2]))
    timed.say(timed.timed(lambda: bring_in(Path(sys.argv[1]))))
