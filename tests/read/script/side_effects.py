"""Snippets with a side effect each, and what tells whether it has left a trace.

A snippet finds `D`, a folder of its own with `keep.txt`, `full/inner.txt` and the empty `empty`, and
the ports `TCP` and `UDP` on this machine. What it sends is `NAME`; the programs that it starts make
files in the folder.
"""

# ruff: noqa: E501  (a snippet stands on the line of its name)

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

FILES = {
    "open_w": "open(D + '/a', 'w').write('x')",
    "open_a": "open(D + '/keep.txt', 'a').write('x')",
    "open_x": "open(D + '/a', 'x').close()",
    "open_r_plus": "f = open(D + '/keep.txt', 'r+'); f.write('x'); f.close()",
    "open_bytes": "open((D + '/a').encode(), 'wb').write(b'x')",
    "io_open": "import io; io.open(D + '/a', 'w').write('x')",
    "io_fileio": "import io; io.FileIO(D + '/a', 'w').write(b'x')",
    "_io_open": "import _io; _io.open(D + '/a', 'w').write('x')",
    "codecs_open": "import codecs; codecs.open(D + '/a', 'w', 'utf-8').write('x')",
    "opener": "open('a', 'w', opener=lambda p, f: os.open(D + '/a', f)).write('x')",
    "write_text": "assert Path(D, 'a').write_text('x') and Path(D, 'a').read_text() == 'x'",
    "write_bytes": "Path(D, 'keep.txt').write_bytes(b'x')",
    "touch": "Path(D, 'a').touch(); assert Path(D, 'a').exists()",
    "touch_again": "Path(D, 'keep.txt').touch()",
    "path_mkdir": "Path(D, 'a', 'b').mkdir(parents=True); assert Path(D, 'a', 'b').is_dir()",
    "path_unlink": "Path(D, 'keep.txt').unlink()",
    "path_rename": "Path(D, 'keep.txt').rename(D + '/a'); assert Path(D, 'a').read_text() == 'four'",
    "path_replace": "Path(D, 'keep.txt').replace(D + '/a')",
    "path_rmdir": "Path(D, 'empty').rmdir()",
    "path_chmod": "Path(D, 'keep.txt').chmod(0o600)",
    "path_symlink": "Path(D, 'a').symlink_to(D + '/keep.txt')",
    "path_link": "Path(D, 'a').hardlink_to(D + '/keep.txt')",
    "os_open": "os.write(os.open(D + '/a', os.O_CREAT | os.O_WRONLY), b'x')",
    "os_open_truncate": "os.open(D + '/keep.txt', os.O_TRUNC | os.O_RDWR)",
    "os_open_folder": "os.open('a', os.O_CREAT | os.O_RDWR, dir_fd=os.open(D, os.O_RDONLY))",
    "os_mkdir": "os.mkdir(D + '/a')",
    "os_makedirs": "os.makedirs(D + '/a/b/c'); open(D + '/a/b/c/d', 'w').write('x');"
    " assert os.listdir(D + '/a/b/c') == ['d'] and sorted(os.listdir(D))[0] == 'a'",
    "os_rename": "os.rename(D + '/full', D + '/a')",
    "os_renames": "os.renames(D + '/keep.txt', D + '/a/b')",
    "os_replace": "open(D + '/a.part', 'w').write('x'); os.replace(D + '/a.part', D + '/a');"
    " assert open(D + '/a').read() == 'x' and not os.path.exists(D + '/a.part')",
    "os_remove": "os.remove(D + '/keep.txt')",
    "os_unlink_folder": "os.unlink('keep.txt', dir_fd=os.open(D, os.O_RDONLY))",
    "os_rmdir": "os.rmdir(D + '/empty')",
    "os_removedirs": "os.removedirs(D + '/empty')",
    "os_symlink": "os.symlink(D + '/keep.txt', D + '/a')",
    "os_link": "os.link(D + '/keep.txt', D + '/a')",
    "os_truncate": "os.truncate(D + '/keep.txt', 1)",
    "os_chmod": "os.chmod(D + '/keep.txt', 0o600)",
    "os_fchmod": "os.fchmod(os.open(D + '/keep.txt', os.O_RDONLY), 0o600)",
    "os_utime": "os.utime(D + '/keep.txt', (1, 1))",
    "os_chown": "os.chown(D + '/keep.txt', os.getuid(), os.getgid())",
    "os_mkfifo": "os.mkfifo(D + '/a')",
    "os_mknod": "os.mknod(D + '/a')",
    "os_setxattr": "os.setxattr(D + '/keep.txt', 'user.a', b'x')",
    "rmtree": "shutil.rmtree(D + '/full')",
    "move": "shutil.move(D + '/keep.txt', D + '/empty')",
    "copy": "shutil.copy(D + '/keep.txt', D + '/a')",
    "copy2": "shutil.copy2(D + '/keep.txt', D + '/a'); assert open(D + '/a').read() == 'four'",
    "copytree": "shutil.copytree(D + '/full', D + '/a')",
    "copystat": "shutil.copystat(D + '/full', D + '/keep.txt')",
    "make_archive": "shutil.make_archive(D + '/a', 'zip', D + '/full')",
    "unpack_archive": "shutil.make_archive(D + '/a', 'zip', D + '/full');"
    " shutil.unpack_archive(D + '/a.zip', D + '/b')",
    "mkstemp": "import tempfile; tempfile.mkstemp(dir=D)",
    "mkdtemp": "import tempfile; open(tempfile.mkdtemp(dir=D) + '/a', 'w').write('x')",
    "named_temporary": "import tempfile; tempfile.NamedTemporaryFile(dir=D, delete=False)",
    "temporary_folder": "import tempfile\nwith tempfile.TemporaryDirectory(dir=D) as d: open(d + '/a', 'w')",
    "zipfile": "import zipfile\nwith zipfile.ZipFile(D + '/a', 'w') as z: z.writestr('b', 'x')\n"
    "zipfile.ZipFile(D + '/a').extractall(D)",
    "tarfile": "import tarfile\nwith tarfile.open(D + '/a', 'w') as t: t.add(D + '/keep.txt')",
    "gzip": "import gzip; gzip.open(D + '/a', 'w').write(b'x')",
    "bz2": "import bz2; bz2.open(D + '/a', 'w').write(b'x')",
    "lzma": "import lzma; lzma.open(D + '/a', 'w').write(b'x')",
    "pickle": "import pickle; pickle.dump(1, open(D + '/a', 'wb'))\n"
    "assert pickle.load(open(D + '/a', 'rb')) == 1",
    "shelve": "import shelve\nwith shelve.open(D + '/a') as s: s['a'] = 1",
    "dbm": "import dbm\nwith dbm.open(D + '/a', 'c') as s: s['a'] = 'b'",
    "dbm_dumb": "import dbm.dumb\nwith dbm.dumb.open(D + '/a', 'n') as s: s['a'] = 'b'",
    "sqlite": "import sqlite3\nwith sqlite3.connect(D + '/a') as c: c.execute('create table t (x)')",
    "csv": "import csv; csv.writer(open(D + '/a', 'w')).writerow([1])",
    "json": "import json; json.dump(1, open(D + '/a', 'w'))",
    "logging": "import logging\nh = logging.FileHandler(D + '/a'); h.emit(logging.makeLogRecord({}))",
    "rotating": "import logging.handlers\n"
    "h = logging.handlers.RotatingFileHandler(D + '/keep.txt', maxBytes=1, backupCount=1)\n"
    "h.emit(logging.makeLogRecord({'msg': 'long'}))",
    "configparser": "import configparser; configparser.ConfigParser().write(open(D + '/a', 'w'))",
    "xml": "import xml.etree.ElementTree as E; E.ElementTree(E.Element('a')).write(D + '/a')",
    "wave": "import wave\nwith wave.open(D + '/a', 'wb') as w: w.setparams((1, 1, 8, 0, 'NONE', ''))",
    "mmap": "import mmap\nwith open(D + '/keep.txt', 'r+b') as f: mmap.mmap(f.fileno(), 0)[0:1] = b'x'",
    "fileinput": "import fileinput\nfor line in fileinput.input(D + '/keep.txt', inplace=True): print(1)",
    "np_save": "np.save(D + '/a.npy', np.zeros(2)); assert len(np.load(D + '/a.npy')) == 2",
    "np_savez": "np.savez(D + '/a.npz', a=np.zeros(2)); assert len(np.load(D + '/a.npz')['a']) == 2",
    "np_savez_compressed": "np.savez_compressed(D + '/a.npz', a=np.zeros(2))",
    "np_savetxt": "np.savetxt(D + '/a', np.zeros(2)); assert len(np.loadtxt(D + '/a')) == 2",
    "np_tofile": "np.zeros(2).tofile(D + '/a')",
    "np_memmap": "np.memmap(D + '/a', 'uint8', 'w+', shape=(9,))[0] = 1",
    "thread_rmtree": "in_thread(shutil.rmtree, D + '/full')",
    "thread_mkdir": "in_thread(os.mkdir, D + '/a')",
    "thread_open": "in_thread(open, D + '/a', 'w')",
    "executor": "from concurrent.futures import ThreadPoolExecutor\n"
    "with ThreadPoolExecutor() as pool: pool.submit(shutil.rmtree, D + '/full').result()",
    "del": "class A:\n  def __del__(self): os.remove(D + '/keep.txt')\nA()",
    "exec": 'exec(\'open(D + "/a", "w").close()\')',
    "signal": "import signal\nsignal.signal(signal.SIGUSR1, lambda *_: os.mkdir(D + '/a'))\n"
    "signal.raise_signal(signal.SIGUSR1)",
    "chdir": "os.chdir(D); open('a', 'w').write('x'); os.mkdir('b'); os.chdir('/')",
}
"""What goes on as if it had worked, by Python's own functions."""

if find_spec("numpy") is None:
    FILES = {name: text for name, text in FILES.items() if not name.startswith("np_")}

REFUSED = {
    "posix_open": "import posix; posix.open(D + '/a', os.O_CREAT | os.O_WRONLY)",
    "posix_unlink": "import posix; posix.unlink(D + '/keep.txt')",
    "posix_mkdir": "import posix; posix.mkdir(D + '/a')",
    "posix_chmod": "import posix; posix.chmod(D + '/keep.txt', 0o600)",
    "posix_utime": "import posix; posix.utime(D + '/keep.txt', (1, 1))",
    "posix_rename": "import posix; posix.rename(D + '/keep.txt', D + '/a')",
    "posix_link_out": "import posix, tempfile\np = tempfile.mkdtemp() + '/l'; posix.symlink(D, p)\n"
    "open(p + '/a', 'w').write('x')",
    "posix_system": "import posix; posix.system(f'touch {D}/a')",
    "posix_fork": "import posix\nif posix.fork() == 0: posix.mkdir(D + '/a'); posix._exit(0)",
    "posix_spawn": "import posix; posix.waitpid(posix.posix_spawn('/bin/touch', ['touch', D + '/a'], {}), 0)",
    "py_compile": "import py_compile; py_compile.compile(D + '/helper_file.py', D + '/a')",
    "sqlite_class": "import sqlite3\nsqlite3.Connection(D + '/a').execute('create table t (x)')",
    "udp_sendto": "udp().sendto(NAME, ('127.0.0.1', UDP))",
    "udp_sendmsg": "udp().sendmsg([NAME], [], 0, ('127.0.0.1', UDP))",
    "udp_connect": "s = udp(); s.connect(('127.0.0.1', UDP)); s.send(NAME)",
    "tcp_connect": "s = socket.socket(); s.connect(('127.0.0.1', TCP)); s.send(NAME)",
    "tcp_create": "socket.create_connection(('localhost', TCP)).send(NAME)",
    "http": "import http.client; http.client.HTTPConnection('127.0.0.1', TCP, timeout=0.2).request('GET', '/')",
    "urllib": "import urllib.request\nurllib.request.urlopen(f'http://127.0.0.1:{TCP}/', timeout=0.2)",
    "smtp": "import smtplib; smtplib.SMTP('127.0.0.1', TCP, timeout=0.2)",
    "ftp": "import ftplib; ftplib.FTP().connect('127.0.0.1', TCP, timeout=0.2)",
}
"""What raises an error that names it: it goes past the stand-ins, or has an answer."""

PROGRAMS = {
    "os_system": "assert os.system(f'touch {D}/a') == 0",
    "os_popen": "os.popen(f'touch {D}/a').read()",
    "popen": "p = subprocess.Popen(['touch', D + '/a'], stdout=subprocess.PIPE)\n"
    "assert p.communicate() == (b'', None) and p.wait() == 0",
    "popen_text": "p = subprocess.Popen(f'cat > {D}/a', shell=True, stdin=subprocess.PIPE, text=True)\n"
    "p.stdin.write('x' * 99999); p.stdin.close(); assert p.wait() == p.poll() == 0",
    "run": "assert subprocess.run(['touch', D + '/a']).returncode == 0",
    "run_input": "assert subprocess.run(['tee', D + '/a'], input='x', text=True,"
    " capture_output=True).stdout == ''",
    "check_output": "assert subprocess.check_output(['touch', D + '/a'], text=True) == ''",
    "check_call": "assert subprocess.check_call(['touch', D + '/a']) == 0",
    "getoutput": "subprocess.getoutput(f'touch {D}/a')",
    "spawnv": "assert os.spawnv(os.P_WAIT, '/bin/touch', ['touch', D + '/a']) == 0",
    "spawnlp": "os.spawnlp(os.P_NOWAIT, 'touch', 'touch', D + '/a'); os.wait()",
    "os_posix_spawn": "os.waitpid(os.posix_spawn('/bin/touch', ['touch', D + '/a'], {}), 0)",
    "fork": "n = os.fork()\nif n == 0: os.mkdir(D + '/a'); os._exit(0)\nos.waitpid(n, 0)",
    "asyncio_exec": "import asyncio\nasync def f():\n"
    "  p = await asyncio.create_subprocess_exec('touch', D + '/a', stdout=-1)\n"
    "  await p.communicate()\nasyncio.run(f())",
    "asyncio_shell": "import asyncio\nasync def f():\n"
    "  p = await asyncio.create_subprocess_shell(f'touch {D}/a')\n  await p.wait()\nasyncio.run(f())",
    "thread_system": "in_thread(os.system, f'touch {D}/a')",
    "thread_popen": "in_thread(subprocess.Popen, ['touch', D + '/a'])",
    "process": "import multiprocessing\np = multiprocessing.Process(target=os.mkdir, args=(D + '/a',))\n"
    "p.start(); p.join(); assert not p.is_alive()",
    "process_fork": "import multiprocessing\nc = multiprocessing.get_context('fork'); q = c.Queue()\n"
    "p = c.Process(target=q.put, args=(open(D + '/a', 'w').write('x'),))\n"
    "p.start(); assert q.get() == 1; p.join(); p.terminate()",
    "pool": "import multiprocessing\n"
    "with multiprocessing.Pool(2) as p: p.map(os.mkdir, [D + '/a', D + '/b'])",
    "executor_of_processes": "from concurrent.futures import ProcessPoolExecutor\n"
    "with ProcessPoolExecutor(2) as p: assert list(p.map(os.mkdir, [D + '/a'])) == [None]",
    "manager": "import multiprocessing\nm = multiprocessing.Manager(); d = m.dict(); d['a'] = 1\n"
    "open(D + '/a', 'w').write('x')",
}
"""What finishes at once, without output; what runs in processes of Python runs in threads."""

NATIVE = {
    "c_open": "libc().open((D + '/a').encode(), os.O_CREAT | os.O_WRONLY, 0o600)",
    "c_unlink": "libc().unlink((D + '/keep.txt').encode())",
    "c_rename": "libc().rename((D + '/keep.txt').encode(), (D + '/a').encode())",
    "c_mkdir": "libc().mkdir((D + '/a').encode(), 0o700)",
    "c_truncate": "libc().truncate((D + '/keep.txt').encode(), 1)",
    "c_chmod": "libc().chmod((D + '/keep.txt').encode(), 0o600)",
    "c_utime": "libc().utime((D + '/keep.txt').encode(), None)",
    "c_setxattr": "libc().setxattr((D + '/keep.txt').encode(), b'user.a', b'x', 1, 0)",
    "c_mkfifo": "libc().mkfifo((D + '/a').encode(), 0o600)",
    "c_system": "libc().system(f'touch {D}/a'.encode())",
    "c_fork": "import posix\nif libc().fork() == 0: libc().mkdir((D + '/a').encode(), 0o700); posix._exit(0)",
    "c_thread": "in_thread(lambda: libc().unlink((D + '/keep.txt').encode()))",
    "c_sendto": "import struct\na = struct.pack('=HH4s8x', 2, socket.htons(UDP), bytes([127, 0, 0, 1]))\n"
    "s = udp(); libc().sendto(s.fileno(), NAME, len(NAME), 0, a, 16)",
    "fork_exec": "import _posixsubprocess as p\n"
    "r, w = os.pipe()\n"
    "n = p.fork_exec([b'touch', (D + '/a').encode()], [b'/bin/touch'], True, (w,), None, None,"
    " -1, -1, -1, -1, -1, -1, r, w, True, False, -1, None, None, None, -1, None, False)\n"
    "os.waitpid(n, 0)",
}
"""What only the kernel can hold: it goes past Python."""

TENSORFLOW = {
    "gfile_rmtree": "tf.io.gfile.rmtree(D + '/full')",
    "gfile_remove": "tf.io.gfile.remove(D + '/keep.txt')",
    "gfile_makedirs": "tf.io.gfile.makedirs(D + '/a/b'); assert tf.io.gfile.isdir(D + '/a/b')",
    "gfile_mkdir": "tf.io.gfile.mkdir(D + '/a')",
    "gfile_write": "with tf.io.gfile.GFile(D + '/a', 'w') as f: f.write('x')\n"
    "with tf.io.gfile.GFile(D + '/a') as f: assert f.read() == 'x'",
    "gfile_append": "with tf.io.gfile.GFile(D + '/keep.txt', 'a') as f: f.write('x')",
    "gfile_copy": "tf.io.gfile.copy(D + '/keep.txt', D + '/a')",
    "gfile_rename": "tf.io.gfile.rename(D + '/keep.txt', D + '/a')",
    "gfile_old": "tf.compat.v1.gfile.DeleteRecursively(D + '/full')",
    "gfile_thread": "in_thread(tf.io.gfile.rmtree, D + '/full')",
    "write_file": "tf.io.write_file(D + '/a', 'x'); assert tf.io.read_file(D + '/keep.txt') == b'four'",
    "write_graph": "tf.io.write_graph(tf.Graph(), D, 'a')",
    "records": "with tf.io.TFRecordWriter(D + '/a') as w: w.write(b'x')",
    "summary": "w = tf.summary.create_file_writer(D + '/a'); w.flush(); w.close()",
    "hdf5_w": "import h5py\nwith h5py.File(D + '/a.h5', 'w') as f: f['a'] = 1",
    "hdf5_a": "import h5py\nwith h5py.File(D + '/a.h5', 'a') as f: f['a'] = 1\n"
    "with h5py.File(D + '/a.h5') as f: assert f['a'][()] == 1",
    "model_save": "small().save(D + '/a.keras')",
    "model_save_h5": "small().save(D + '/a.h5')",
    "save_weights": "small().save_weights(D + '/a.weights.h5')",
    "fit": "small().fit(np.zeros((2, 2)), np.zeros((2, 1)),"
    " callbacks=[keras.callbacks.TensorBoard(D), keras.callbacks.CSVLogger(D + '/a')])",
    "plot_model": "keras.utils.plot_model(small(), D + '/a.png')",
    "save_img": "keras.utils.save_img(D + '/a.png', np.zeros((2, 2, 3)))",
}
"""What goes on as if it had worked, by TensorFlow, Keras and h5py."""

TENSORFLOW_NATIVE = {
    "cache": "list(tf.data.Dataset.range(3).cache(D + '/a'))",
    "data_save": "tf.data.Dataset.range(3).save(D + '/a')",
    "checkpoint": "tf.train.Checkpoint(v=tf.Variable(1)).save(D + '/a')",
    "saved_model": "tf.saved_model.save(tf.Module(), D + '/a')",
    "profiler": "tf.profiler.experimental.start(D + '/a'); tf.profiler.experimental.stop()",
    "hdf5_low": "import h5py; h5py.h5f.create((D + '/a.h5').encode())",
    "py_function": "tf.raw_ops.WriteFile(filename=D + '/a', contents='x')",
}
"""What may fail, and must leave nothing."""

TORCH = {
    "save": "torch.save(torch.zeros(2), D + '/a.pt')",
    "save_state": "torch.save(torch.nn.Linear(2, 2).state_dict(), D + '/a.pt')",
    "writer": "torch._C.PyTorchFileWriter(D + '/a.pt').write_end_of_file()",
    "from_file": "torch.from_file(D + '/a', shared=True, size=9)",
    "loader": "list(torch.utils.data.DataLoader([1, 2, 3], num_workers=2))",
    "spawn": "torch.multiprocessing.spawn(lambda _n: os.mkdir(D + '/a'))",
    "shared": "torch.zeros(9).share_memory_()",
}
"""What may fail, by PyTorch."""

SHARED = """\
import os, shutil, socket, subprocess, threading, json
from pathlib import Path
import numpy as np

def udp():
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

def libc():
    import ctypes
    return ctypes.CDLL(None)

def in_thread(function, *args):
    thread = threading.Thread(target=function, args=args)
    thread.start()
    thread.join()

def run_all():
    plan = json.loads(Path(__file__).with_name("plan.json").read_text())
    failed = []
    for name, (text, folder, tcp, port) in plan.items():
        known = {**globals(), "D": folder, "TCP": tcp, "UDP": port, "NAME": name.encode()}
        try:
            exec(text, known)
        except BaseException as error:
            failed.append(f"{name}: {error!r}"[:200])
    return "|".join(failed).encode().hex()
"""
"""What the code of the model has above it. `run_all` returns the errors of the snippets."""


class Watched:
    """A folder, two ports and the processes of the machine, to see what code leaves behind."""

    def __init__(self, folder: Path, snippets: Mapping[str, str]) -> None:
        self.folder = folder
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        for each in (self.tcp, self.udp):
            each.setblocking(False)
        ports = [self.tcp.getsockname()[1], self.udp.getsockname()[1]]
        for name in snippets:
            for part in ("full", "empty"):
                (folder / name / part).mkdir(parents=True)
            (folder / name / "keep.txt").write_text("four")
            (folder / name / "full" / "inner.txt").write_text("four")
            (folder / name / "helper_file.py").write_text("x = 1\n")
        self.plan = {name: (text, str(folder / name), *ports) for name, text in snippets.items()}
        self.before = self.list_files()

    def list_files(self) -> dict[str, set[tuple[object, ...]]]:
        """Return what is in the folder of each snippet, with all that the system knows of it."""
        listed = {}
        for name in self.plan:
            top = self.folder / name
            paths = [top, *top.rglob("*")]
            listed[name] = {
                (str(path), *os.lstat(path)[:2], os.lstat(path).st_size, os.lstat(path).st_ctime_ns)
                for path in paths
            }
        return listed

    def find_traces(self) -> set[str]:
        """Return the names of the snippets that have left a trace."""
        after = self.list_files()
        traces = {name for name in self.plan if after[name] != self.before[name]}
        try:
            while True:
                traces.add(self.udp.recv(99).decode())
        except BlockingIOError:
            pass
        try:
            while True:
                self.tcp.accept()[0].close()
                traces.add("tcp")
        except BlockingIOError:
            pass
        return traces

    def close(self) -> None:
        """Close the ports."""
        self.tcp.close()
        self.udp.close()
