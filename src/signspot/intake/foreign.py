"""Files that may hold annotations in a form that is not read, and what to do with them."""

_TABLE = "save the table as CSV (UTF-8)"
_TIERS = "open it in ELAN (File > Import) and save it as .eaf"
_SUBTITLES = "convert it to .srt or .vtt"
_TEXT = "save its table as CSV (UTF-8)"
FOREIGN = {
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".ods", ".numbers"), f"is a spreadsheet; {_TABLE}"),
    **dict.fromkeys((".parquet", ".feather", ".rds", ".rdata", ".mat", ".sav", ".pickle"), f"is not read; {_TABLE}"),
    **dict.fromkeys((".json", ".jsonl", ".yaml", ".yml"), f"is not read; if it holds annotations, {_TABLE}"),
    **dict.fromkeys((".trs", ".antx", ".cha", ".flextext", ".exb", ".tbx", ".typ"), f"is not read; {_TIERS}"),
    **dict.fromkeys((".xml", ".anvil", ".ilex", ".lab", ".svl", ".sgml"), "is not read; export .eaf, .TextGrid or CSV"),
    **dict.fromkeys(
        (".ass", ".ssa", ".sub", ".sbv", ".ttml", ".dfxp", ".smi", ".stl", ".lrc"), f"is not read; {_SUBTITLES}"
    ),
    **dict.fromkeys((".docx", ".doc", ".odt", ".rtf", ".pdf"), f"is a document for people; {_TEXT}"),
    **dict.fromkeys((".zip", ".7z", ".rar", ".gz", ".tar"), "is packed; unpack it if it holds annotations"),
    ".etf": "is a template of ELAN and holds no annotations",
    ".ecv": "is a controlled vocabulary of ELAN and holds no annotations",
}
"""What to tell of the files of a suffix."""
