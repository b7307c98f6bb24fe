"""Files that mean harm or make no sense, each written by a function of its path."""

from __future__ import annotations

import io
import os
import sqlite3
import struct
import zipfile
import zlib
from pathlib import Path

import h5py
import numpy as np

X = np.linspace(-0.2, 0.2, 41)
TEXT = "B (T),R_NL (Ohm)\n" + "\n".join(f"{x},{x * x}" for x in X) + "\n"
FALSE_LENGTH = (
    b"\x93NUMPY\x01\x00v\x00" + b"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999,), }".ljust(117) + b"\n"
)
CODE = b"\x93NUMPY\x01\x00v\x00" + b"__import__('os').system('false')".ljust(117) + b"\n"


def raw(content):
    return lambda path: path.write_bytes(content if isinstance(content, bytes) else content.encode())


def link(to):
    return lambda path: path.symlink_to(to)


def npz(**entries):
    def write(path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in entries.items():
                archive.writestr(f"{name}.npy", content)

    return write


def array(values) -> bytes:
    stream = io.BytesIO()
    np.save(stream, values)
    return stream.getvalue()


def flipped_npz(path):
    """An archive whose packed bytes are damaged, behind a sound directory."""
    npz(B=array(np.random.default_rng(0).normal(size=500)))(path)
    content = bytearray(path.read_bytes())
    content[60:90] = bytes(255 - byte for byte in content[60:90])
    path.write_bytes(content)


def matlab(claimed, packed=True, flip=False):
    """A MATLAB 5 file with one variable B that claims more doubles than it holds."""

    def write(path):
        body = struct.pack("<IIII", 6, 8, 6, 0) + struct.pack("<IIii", 5, 8, claimed, 1) + struct.pack("<HH4s", 1, 1, b"B\0\0\0")
        body += struct.pack("<II", 9, 8 * claimed % 2**32) + bytes(80)
        variable = struct.pack("<II", 14, (len(body) + 8 * claimed) % 2**32) + body
        if packed:
            content = bytearray(zlib.compress(variable))
            if flip:
                content[10:20] = b"\xff" * 10
            variable = struct.pack("<II", 15, len(content)) + bytes(content)
        path.write_bytes(b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM" + variable)

    return write


def hdf5(fill):
    def write(path):
        with h5py.File(path, "w") as file:
            fill(file)

    return write


def nest(file):
    for _ in range(200):
        file = file.create_group("g")
    file["B"] = X


def qcodes(path, *, table="results-1", stamp=1.7e9, dependencies=((2, 1, 0),), rows=None, view=""):
    """A data base with the tables of QCoDeS and one run of R_NL against B."""
    base = sqlite3.connect(path)
    base.executescript("""
        CREATE TABLE runs (run_id INTEGER, exp_id INTEGER, result_table_name TEXT, run_timestamp);
        CREATE TABLE layouts (layout_id INTEGER, run_id INTEGER, parameter TEXT, label TEXT, unit TEXT);
        CREATE TABLE dependencies (dependent INTEGER, independent INTEGER, axis_num INTEGER);
        CREATE TABLE "results-1" (id INTEGER PRIMARY KEY, B numeric, R_NL numeric);
        INSERT INTO layouts VALUES (1, 1, 'B', 'field', 'T'), (2, 1, 'R_NL', 'nonlocal resistance', 'ohm');
    """)
    base.execute("INSERT INTO runs VALUES (1, 1, ?, ?)", (table, stamp))
    base.executemany("INSERT INTO dependencies VALUES (?, ?, ?)", dependencies)
    base.executemany('INSERT INTO "results-1" (B, R_NL) VALUES (?, ?)', rows or [(float(x), float(x * x)) for x in X])
    if view:
        base.execute(f"CREATE VIEW endless AS WITH RECURSIVE c(id, B, R_NL) AS ({view}) SELECT * FROM c")
    base.commit()
    base.close()


def data_base(**options):
    return lambda path: qcodes(path, **options)


def own(edit):
    """A netCDF file of the package, tampered with."""

    def write(path: Path):
        from supraspin.data import make, save

        save(make("hanle", field=X, nonlocal_resistance=X**2), path)
        with h5py.File(path, "r+") as file:
            edit(file)

    return write


ENDLESS = "SELECT 1, 0.1, 0.2 UNION ALL SELECT id + 1, B, R_NL FROM c"
MANY = 2001
FILES = {
    "pipe.csv": (os.mkfifo, "not a file"),
    "endless.csv": (link("/dev/zero"), "not a file"),
    "null.csv": (link("/dev/null"), "not a file"),
    "loop.csv": (link("loop.csv"), "cannot be read"),
    "nowhere.csv": (link("nothing"), "is a link to a place that does not exist"),
    "new\nline <script>.csv": (raw(""), "is empty"),
    "wide.csv": (raw("1.5," * MANY + "2\n" + "1.5," * MANY + "2\n"), f"{MANY + 1} columns; up to 2000"),
    "quote.dat": (raw("[Header]\n[Data]\n" + '"' + "x" * 200_000 + "\n1,2\n"), "line of names after [Data] is damaged"),
    "empty.dat": (raw("Experiment\t\n[DATA]\n\n\n"), "no readings after [DATA]"),
    "celsius.csv": (raw("T (K),R (Ohm)\n" + "\n".join(f"{-80 + i},{i}" for i in range(50))), "below absolute zero"),
    "at -5K.csv": (raw(TEXT), "below absolute zero"),
    "code.npy": (raw(CODE), "never loaded"),
    "length.npy": (raw(FALSE_LENGTH + bytes(80)), "does not fit"),
    "length.npz": (npz(B=FALSE_LENGTH + bytes(80)), "does not fit"),
    "bytes.npz": (npz(B=b"no array"), "damaged NumPy file"),
    "many.npz": (npz(**{f"a{i}": array(X[:2]) for i in range(MANY)}), f"{MANY} columns"),
    "flipped.npz": (flipped_npz, "damaged NumPy file"),
    "bomb.mat": (matlab(375_000_000), "unpacks to more than"),
    "flipped.mat": (matlab(10, flip=True), "damaged MATLAB file"),
    "length.mat": (matlab(1_000_000, packed=False), "cut short"),
    "shape.mat": (matlab(-5, packed=False), "shape (-5, 1)"),
    "bomb.h5": (hdf5(lambda f: f.create_dataset("B", (10**12,), "f8", chunks=(1000,))), "unpacks to 8000.0 GB"),
    "nested.h5": (hdf5(nest), "no arrays of numbers"),
    "elsewhere.h5": (hdf5(lambda f: f.create_dataset("B", (9,), "u1", external=[("/etc/passwd", 0, 9)])), "no arrays of numbers"),
    "link.h5": (hdf5(lambda f: f.__setitem__("B", h5py.ExternalLink("/etc/passwd", "/x"))), "no arrays of numbers"),
    "no_table.db": (data_base(table=None), "no run with numbers"),
    "master.db": (data_base(table="sqlite_master"), "no run with numbers"),
    "drop.db": (data_base(table='x"; DROP TABLE runs; --'), "no run with numbers"),
    "endless.db": (data_base(table="endless", view=ENDLESS), "no run with numbers"),
    "dependency.db": (data_base(dependencies=((2, 99, 0), (2, 2, 0))), "no run with numbers"),
    "empty_blob.db": (data_base(rows=[(b"", 1.0)]), "never loaded"),
    "length.db": (data_base(rows=[(FALSE_LENGTH, 1.0)]), "never loaded"),
    "unequal.db": (data_base(rows=[(array(X), array(X[:3]))]), "unequal size"),
    "kind.nc": (own(lambda f: f.attrs.__setitem__("kind", "<script>\x1b[31m")), "is not known"),
    "doubts.nc": (own(lambda f: f.attrs.__setitem__("doubts", "[1]")), "doubts.nc: doubts must be"),
    "json.nc": (own(lambda f: f.attrs.__setitem__("metadata", "[" * 10_000)), "metadata is not valid JSON"),
    "units.nc": (own(lambda f: f["field"].attrs.__setitem__("units", "mT")), "field has units 'mT'; they must be 'T'"),
    "dims.nc": (own(lambda f: f.__delitem__("sweep")), "damaged"),
    "link.nc": (own(lambda f: f.__setitem__("x", h5py.ExternalLink("/etc/passwd", "/"))), "from another file"),
}  # fmt: skip
"""Name of a file -> how to write it, and what the one line about it says."""
