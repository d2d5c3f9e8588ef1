"""The same figures in three forms."""

import csv
import io
import json

from interact_core.generate.evaluation.scores import Interval
from interact_core.generate.evaluation.tables import Table, csv_text, json_text, markdown

NAN = float("nan")
TABLE = Table(
    "Text to interaction",
    {
        "real": {"fid": Interval(0.0, NAN, 1), "r_precision_1": Interval(0.85, 0.01, 20)},
        "ours": {"fid": Interval(1.5, 0.1, 20), "r_precision_1": Interval(0.7, 0.02, 20), "diversity": Interval(9.0, 0.2, 20)},
        "nearest": {"fid": Interval(2.5, 0.1, 20), "r_precision_1": Interval(NAN, NAN, 20)},
    },
    "48 held-out clips, pool 64",
)


def test_markdown_shows_intervals_marks_the_best_and_never_the_real() -> None:
    lines = markdown(TABLE).splitlines()
    assert lines[2] == "48 held-out clips, pool 64"
    assert lines[4] == "| method | FID ↓ | R-precision top 1 ↑ | Diversity → |"
    assert lines[6] == "| real | 0.000 | 0.850 ± 0.010 | – |"
    assert lines[7] == "| ours | **1.500 ± 0.100** | **0.700 ± 0.020** | 9.000 ± 0.200 |"
    assert lines[8] == "| nearest | 2.500 ± 0.100 | – | – |"


def test_csv_and_json_hold_every_number_in_full_and_none_where_there_is_none() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(TABLE))))
    assert len(rows) == 7 and rows[-1] == {
        "method": "nearest", "metric": "r_precision_1", "mean": "", "half_width_95": "", "repeats": "20"
    }  # fmt: skip
    read = json.loads(json_text(TABLE))
    assert read["rows"]["ours"]["fid"] == {"mean": 1.5, "half": 0.1, "repeats": 20}
    assert read["rows"]["nearest"]["r_precision_1"]["mean"] is None
    assert read["best"] == {"fid": "ours", "r_precision_1": "ours", "diversity": None}
