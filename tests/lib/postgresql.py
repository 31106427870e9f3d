"""A private PostgreSQL for tests: one cluster in a temporary folder, gone with the program that asked for it.

It never touches a PostgreSQL that is already on the machine. It listens on a loopback port nobody uses and on a
UNIX socket in its own folder, with a password made up for the run. PostgreSQL refuses to run as root: then its
processes run as the user `postgres` (or `nobody`).
"""
import ctypes
import glob
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time

# For speed: nothing in a test cluster has to survive a power cut. Fault tests ask for durable=True.
FAST = {'fsync': 'off', 'synchronous_commit': 'off', 'full_page_writes': 'off'}
DURABLE = {'fsync': 'on', 'synchronous_commit': 'on', 'full_page_writes': 'on'}
COMMON = {'jit': 'off', 'max_connections': '200', 'shared_buffers': '64MB', 'log_min_messages': 'warning',
          'log_statement': 'none', 'autovacuum_naptime': '10s', 'timezone': 'UTC', 'log_timezone': 'UTC'}


class Unavailable(Exception):
    """PostgreSQL cannot be had here; the text says why, in words for a person."""


def program_folder():
    """The folder of the newest installed initdb and postgres, or None."""
    folders = [f for f in glob.glob('/usr/lib/postgresql/*/bin') if os.path.exists(f + '/postgres')]
    if folders:
        return max(folders, key=lambda f: float(f.split('/')[-2]))
    found = shutil.which('postgres')
    return os.path.dirname(os.path.realpath(found)) if found else None


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def die_with_parent():
    """In the child: a fast shutdown when the test program is killed, so that no cluster is left behind."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGINT)


class Cluster:
    """with Cluster() as c: c.url is an administrator's postgresql:// address."""

    def __init__(self, durable=False):
        self.durable = durable
        self.server = None
        self.folder = None
        self.url = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def identity(self):
        """Keyword arguments of Popen that make a child run as somebody PostgreSQL accepts."""
        if os.geteuid() != 0:
            return {}
        for name in ('postgres', 'nobody'):
            try:
                user = pwd.getpwnam(name)
            except KeyError:
                continue
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            return {'user': user.pw_uid, 'group': user.pw_gid, 'extra_groups': []}
        raise Unavailable('PostgreSQL does not run as root, and there is no user postgres or nobody to run it as')

    def start(self):
        programs = program_folder()
        if not programs:
            raise Unavailable("PostgreSQL's server is not installed (tools/setup.sh test installs it)")
        self.folder = tempfile.mkdtemp(prefix='tongxin-pg-')
        try:
            self.make(programs)
        except BaseException:
            self.stop()
            raise

    def make(self, programs):
        who = self.identity()
        env = {'PATH': os.environ.get('PATH', '/usr/bin:/bin'), 'HOME': self.folder, 'LC_ALL': 'C.UTF-8'}
        password = secrets.token_hex(16)
        data, secret = self.folder + '/data', self.folder + '/password'
        with open(secret, 'w', encoding='ascii') as f:
            f.write(password + '\n')
        if who:
            os.chown(secret, who['user'], who['group'])
        made = subprocess.run(
            [programs + '/initdb', '-D', data, '-U', 'postgres', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync',
             '--auth=scram-sha-256', '--pwfile=' + secret],
            cwd=self.folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **who)
        if made.returncode != 0:
            raise Unavailable('initdb failed: ' + made.stdout.strip()[-400:])
        port = free_port()
        settings = dict(COMMON, **(DURABLE if self.durable else FAST))
        settings.update(port=str(port), listen_addresses='127.0.0.1', unix_socket_directories=self.folder)
        words = [word for k, v in settings.items() for word in ('-c', k + '=' + v)]
        with open(self.folder + '/log', 'wb') as log:
            self.server = subprocess.Popen([programs + '/postgres', '-D', data, *words], cwd=self.folder, env=env,
                                           stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                                           preexec_fn=die_with_parent, **who)
        self.url = f'postgresql://postgres:{password}@127.0.0.1:{port}/postgres'
        self.wait_until_ready(programs, port)

    def wait_until_ready(self, programs, port):
        end = time.monotonic() + 60
        while self.server.poll() is None and time.monotonic() < end:
            ready = subprocess.run([programs + '/pg_isready', '-q', '-h', '127.0.0.1', '-p', str(port)], check=False)
            if ready.returncode == 0:
                return
            time.sleep(0.1)
        with open(self.folder + '/log', encoding='utf-8', errors='replace') as log:
            raise Unavailable('PostgreSQL did not start: ' + log.read().strip()[-400:])

    def stop(self):
        if self.server and self.server.poll() is None:
            self.server.send_signal(signal.SIGQUIT)  # at once: its folder is thrown away
            try:
                self.server.wait(20)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.server = self.folder = None
