"""Reading a result file (docs/results.md)."""
import h5py
import numpy as np


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


class Run:
    """One result file: its tables as structured arrays, by path."""

    def __init__(self, path, name):
        self.name = name
        self.tables = {}
        with h5py.File(path, "r") as file:
            if text(file.attrs.get("format", "")) != "polyclinic":
                raise OSError("not a result of polyclinic")
            self.complete = bool(file.attrs.get("complete", 0))
            file.visititems(self._keep)

    def _keep(self, path, item):
        if isinstance(item, h5py.Dataset) and item.dtype.names:
            self.tables[path] = item[:]

    def table(self, path):
        """The table at `path`, or None where it is missing or empty."""
        found = self.tables.get(path)
        return found if found is not None and len(found) else None

    def chains(self):
        return sorted({path.split("/")[1] for path in self.tables if path.startswith("chains/")})

    def of_chain(self, path, chain):
        """The rows of a table of all chains that belong to `chain`, or None."""
        found = self.table(path)
        if found is None:
            return None
        rows = found[found["chain"] == chain.encode()]
        return rows if len(rows) else None

    def institution_names(self, chain):
        rows = self.of_chain("institutions", chain)
        return {} if rows is None else {int(row["institution"]): text(row["name"]) for row in rows}

    def label(self):
        return self.name if self.complete else self.name + " (incomplete)"


def evaluated(rows, column):
    return rows[np.isfinite(rows[column])]
