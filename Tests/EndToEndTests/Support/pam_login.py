"""A program that logs somebody in by libpam, with a file of services of its own."""

import ctypes
import pwd

from scratch import *

module = os.path.abspath(os.path.join(BIN, "pam_fob.so"))
missing = None if os.path.exists(module) else "the module is not built: make .build/debug/pam_fob.so"
try:
    pam = ctypes.CDLL("libpam.so.0")
    begin = pam.pam_start_confdir
    pam.pam_strerror.restype = ctypes.c_char_p
except (OSError, AttributeError):
    missing = "libpam 1.4 is not here"

SUCCESS, PROMPT_ECHO_OFF, USER = 0, 1, 2
ESTABLISH, DELETE, REFRESH = 2, 4, 0x10


class Message(ctypes.Structure):
    _fields_ = [("style", ctypes.c_int), ("text", ctypes.c_char_p)]


class Response(ctypes.Structure):
    _fields_ = [("text", ctypes.c_void_p), ("code", ctypes.c_int)]


Speak = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.POINTER(ctypes.POINTER(Message)),
                         ctypes.POINTER(ctypes.c_void_p), ctypes.c_void_p)


class Conversation(ctypes.Structure):
    _fields_ = [("speak", Speak), ("data", ctypes.c_void_p)]


libc = ctypes.CDLL(None)
libc.calloc.restype = libc.strdup.restype = ctypes.c_void_p
services = tempfile.mkdtemp(prefix="fob-")
atexit.register(shutil.rmtree, services, ignore_errors=True)
me = pwd.getpwuid(os.getuid()).pw_name


class Login:
    """A program that logs somebody in; pam_ftp, which looks at no password, is what asks for it."""

    def __init__(self, options, user=me, password=PASSPHRASE, asks=True):
        with open(os.path.join(services, "fob-test"), "w") as file:
            if asks:
                file.write("auth [default=ignore] pam_ftp.so\n")
            for kind in ("auth", "session"):
                file.write(f"{kind} optional {module} {options}\n")
            file.write("".join(f"{kind} required pam_permit.so\n" for kind in ("auth", "account", "session")))
        self.said, self.password = [], password
        self.kept = Conversation(Speak(self.speak), None)
        self.handle = ctypes.c_void_p()
        self.do("pam_start_confdir", b"fob-test", user.encode(), ctypes.byref(self.kept), services.encode(),
                ctypes.byref(self.handle), bare=True)

    def speak(self, count, messages, responses, _):
        answers = ctypes.cast(libc.calloc(count, ctypes.sizeof(Response)), ctypes.POINTER(Response))
        for index in range(count):
            self.said.append((messages[index].contents.style, messages[index].contents.text))
            answers[index].text = libc.strdup(self.password)
        responses[0] = ctypes.cast(answers, ctypes.c_void_p)
        return SUCCESS

    def do(self, name, *arguments, bare=False):
        found = getattr(pam, name)(*(arguments if bare else (self.handle, *arguments)))
        equal(found, SUCCESS, name)

    def authenticate(self):
        self.do("pam_authenticate", 0)
        self.do("pam_setcred", ESTABLISH)
        return self

    def open(self):
        self.do("pam_open_session", 0)
        return self

    def end(self):
        self.do("pam_end", SUCCESS)
        check(all(style == PROMPT_ECHO_OFF for style, _ in self.said) and len(self.said) <= 1, f"it says {self.said}")
