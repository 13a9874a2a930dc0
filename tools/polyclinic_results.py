"""Results of polyclinic as pandas tables: open_run(FILE.h5) for a run, open_study(FOLDER) for a study.

Texts are decoded, and table.attrs["units"] has each column's unit by name. What the columns mean stands in docs/results.md and
docs/studies.md.
"""
import difflib
import functools
import pathlib

import h5py
import pandas

SCHEMA_VERSION = 1
RUN_FORMAT, STUDY_FORMAT = "polyclinic", "polyclinic-study"


class ResultError(Exception):
    """A file that is no result, is damaged, or does not hold all of its run yet."""


def _decoded(column):
    return [value.decode() for value in column.tolist()] if column.dtype.kind == "S" else column


def _table(dataset, **first):
    """A dataset of rows as a DataFrame, after columns that have one value."""
    rows = dataset[:]
    table = pandas.DataFrame({name: _decoded(rows[name]) for name in rows.dtype.names})
    for place, (name, value) in enumerate(first.items()):
        table.insert(place, name, value)
    table.attrs["units"] = {**dict.fromkeys(first, ""), **dict(zip(rows.dtype.names, dataset.attrs["units"]))}
    return table


def _joined(tables):
    """The rows of all tables; an empty one where there is none."""
    units = {}
    for table in tables:
        units.update(table.attrs["units"])
        table.attrs = {}
    joined = pandas.concat(tables, ignore_index=True) if tables else pandas.DataFrame()
    joined.attrs["units"] = {column: units[column] for column in joined.columns}
    return joined


class _File:
    """One HDF5 file of ours, opened for each reading, so that whoever writes it is not disturbed."""

    def __init__(self, path, expected_format):
        self.path = pathlib.Path(path)
        if not self.path.exists():
            raise FileNotFoundError(f"{self.path}: there is no such file")
        try:
            with h5py.File(self.path, "r") as file:
                self._attributes = dict(file.attrs)
        except OSError as error:
            raise ResultError(f"{self.path}: cannot be opened as HDF5 ({error})") from error
        self._check(expected_format)

    def _check(self, expected):
        found, version = self._attributes.get("format", ""), self._attributes.get("schema_version")
        if found not in (RUN_FORMAT, STUDY_FORMAT):
            raise ResultError(f"{self.path}: this HDF5 file is not a result of polyclinic")
        if found != expected:
            other, right = ("run", "open_run") if found == RUN_FORMAT else ("study", "open_study")
            raise ResultError(f"{self.path}: this is the result of a {other}: use {right}()")
        if version != SCHEMA_VERSION:
            raise ResultError(f"{self.path}: its schema version is {version}, this program reads {SCHEMA_VERSION}")

    @property
    def name(self):
        return self._attributes.get("name", "")

    @property
    def complete(self):
        return bool(self._attributes.get("complete", 0))

    @property
    def fingerprint(self):
        return self._attributes.get("fingerprint", "")

    def _read(self, path):
        with h5py.File(self.path, "r") as file:
            return _table(file[path]) if path in file else _joined([])

    def _text(self, path):
        with h5py.File(self.path, "r") as file:
            return file[path].asstr()[()] if path in file else ""


class Run(_File):
    """One run. Every table is read when it is first asked for."""

    def __init__(self, path):
        super().__init__(path, RUN_FORMAT)
        journal = self.path.with_name(self.path.name + ".journal")
        if not self.complete and journal.exists():
            raise ResultError(f"{self.path}: this run was killed or is still going on; `polyclinic show {self.path}` completes the "
                              "file of a killed one")

    def __repr__(self):
        return f"<run {self.name} of {self.path}{'' if self.complete else ', incomplete'}>"

    @property
    def seed(self):
        return int(self._attributes.get("seed", 0))

    @functools.cached_property
    def scenario(self):
        """The resolved scenario as TOML."""
        return self._text("scenario")

    def _of_chains(self, name):
        with h5py.File(self.path, "r") as file:
            chains = file.get("chains", {})
            return _joined([_table(chains[chain][name], chain=chain) for chain in chains if name in chains[chain]])

    def _of_baselines(self, *kinds):
        with h5py.File(self.path, "r") as file:
            baselines = file.get("baselines", {})
            return _joined([_table(table, kind=kind, chain=chain) for kind in kinds if kind in baselines
                            for chain, table in baselines[kind].items()])

    rounds = functools.cached_property(lambda self: self._of_chains("rounds"))
    members = functools.cached_property(lambda self: self._of_chains("members"))
    blocks = functools.cached_property(lambda self: self._of_chains("blocks"))
    summary = functools.cached_property(lambda self: self._of_chains("summary"))
    auxiliary = functools.cached_property(lambda self: self._of_chains("auxiliary"))
    institutions = functools.cached_property(lambda self: self._read("institutions"))
    egress = functools.cached_property(lambda self: self._read("egress"))
    events = functools.cached_property(lambda self: self._read("events"))
    timeline = functools.cached_property(lambda self: self._read("timeline"))
    baselines = functools.cached_property(lambda self: self._of_baselines("centralized", "full_sharing"))
    inversion = functools.cached_property(lambda self: self._read("leakage/inversion"))
    label_leakage = functools.cached_property(lambda self: self._read("leakage/labels"))
    membership = functools.cached_property(lambda self: self._read("leakage/membership"))
    roc = functools.cached_property(lambda self: self._read("leakage/roc"))
    property_leakage = functools.cached_property(lambda self: self._read("leakage/properties"))
    skipped_attacks = functools.cached_property(lambda self: self._read("leakage/skipped"))
    simple_leakage = functools.cached_property(lambda self: self._read("leakage/simple"))

    @functools.cached_property
    def local(self):
        """The baseline of everybody alone: a row for each institution and round."""
        table = self._of_baselines("local").drop(columns="kind", errors="ignore")
        table.attrs["units"].pop("kind", None)
        return table

    @functools.cached_property
    def personalization(self):
        """What each method made of the common model: a row for each method, chain and institution."""
        with h5py.File(self.path, "r") as file:
            methods = file.get("personalization", {})
            return _joined([_table(methods[method], method=method) for method in methods])


class Study(_File):
    """All runs of a study, by its manifest."""

    def __init__(self, path):
        path = pathlib.Path(path)
        if path.is_dir() and not (path / "study.h5").exists():
            raise ResultError(f"{path}: this folder has no study.h5; `polyclinic sweep STUDY.toml --out {path} --resume` writes it")
        super().__init__(path / "study.h5" if path.is_dir() else path, STUDY_FORMAT)

    def __repr__(self):
        return f"<study {self.name} of {self.path.parent}{'' if self.complete else ', incomplete'}>"

    runs = functools.cached_property(lambda self: self._read("runs"))
    figures = functools.cached_property(lambda self: self._read("figures"))
    statistics = functools.cached_property(lambda self: self._read("statistics"))
    comparisons = functools.cached_property(lambda self: self._read("comparisons"))
    targets = functools.cached_property(lambda self: self._read("targets"))
    ratios = functools.cached_property(lambda self: self._read("ratios"))
    personal = functools.cached_property(lambda self: self._read("personal"))
    personal_statistics = functools.cached_property(lambda self: self._read("personal_statistics"))
    wall = functools.cached_property(lambda self: self._read("wall"))
    rounds = functools.cached_property(lambda self: self.over_runs("rounds"))

    @functools.cached_property
    def text(self):
        """The study as TOML, with everything resolved."""
        return self._text("study")

    @property
    def axes(self):
        """The columns of the keys that the points vary."""
        columns = list(self.runs.columns)
        return columns[columns.index("seed") + 1:columns.index("state")]

    def run(self, name):
        files = dict(zip(self.runs["run"], self.runs["file"]))
        if not files.get(name):
            near = difflib.get_close_matches(name, [run for run, file in files.items() if file], n=1)
            raise ResultError(f"{self.path.parent}: it has no complete run {name}{f' (did you mean {near[0]}?)' if near else ''}")
        return open_run(self.path.parent / files[name])

    def over_runs(self, name):
        """The table `name` of every complete run ("rounds", "events", ...), with run, point, seed and axes in front."""
        tables = []
        for row in self.runs[self.runs["state"] == "complete"].to_dict("records"):
            table = getattr(self.run(row["run"]), name)
            for place, column in enumerate(["run", "point", "seed", *self.axes]):
                table.insert(place, column if column not in table else f"set.{column}", row[column])
                table.attrs["units"][table.columns[place]] = self.runs.attrs["units"][column]
            tables.append(table)
        return _joined(tables)


def open_run(path):
    """The result file of one run. Raises FileNotFoundError, or ResultError where it cannot be used."""
    return Run(path)


def open_study(folder):
    """The folder that `polyclinic sweep` filled, or its study.h5. Raises FileNotFoundError, or ResultError where it cannot be
    used."""
    return Study(folder)
