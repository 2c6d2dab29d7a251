"""The extension as the browsers' stores look at one, as far as that needs no network: the manifest says what it must and asks
for no more than it needs, all files are its own, and nothing is run that is not in them."""

import base64
import hashlib
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
EXTENSION = os.path.join(HERE, "../../Sources/fob-browser/Extension")
HOSTS = os.path.join(HERE, "../../Sources/fob-browser/Hosts")
PERMISSIONS = {"nativeMessaging", "storage"}
MATCHES = ["https://*/*", "http://localhost/*", "http://*.localhost/*"]
KNOWN = {
    "manifest_version", "name", "version", "description", "key", "minimum_chrome_version", "browser_specific_settings",
    "permissions", "background", "content_scripts", "action", "commands"}
# What runs text, takes it from elsewhere, or makes markup of it.
FORBIDDEN = [
    r"\beval\s*\(", r"\bnew\s+Function\b", r"\bFunction\s*\(", r"set(?:Timeout|Interval)\s*\(\s*[\"'`]", r"\bimportScripts\b",
    r"\bimport\s*\(", r"\.innerHTML\b", r"\.outerHTML\b", r"insertAdjacentHTML", r"document\.write", r"\bfetch\s*\(",
    r"XMLHttpRequest", r"WebSocket", r"EventSource", r"sendBeacon", r"https?://", r"\bexecuteScript\b", r"createObjectURL",
    r"sourceMappingURL", r"\bdebugger\b", r"console\.", r"localStorage", r"Math\.random", r"addEventListener\(\"unload\""]
faults = []


def fault(text):
    faults.append(text)


with open(os.path.join(EXTENSION, "manifest.json")) as file:
    manifest = json.load(file)
files = set(os.listdir(EXTENSION))
if manifest["manifest_version"] != 3:
    fault("it is no manifest of version 3")
if extra := set(manifest) - KNOWN:
    fault(f"the manifest asks for more: {sorted(extra)}")
if set(manifest["permissions"]) != PERMISSIONS:
    fault(f"permissions: {manifest['permissions']}")
if not re.fullmatch(r"\d+(\.\d+){1,3}", manifest["version"]):
    fault("the version is none")
if len(manifest["description"]) > 132:
    fault("the description is longer than 132 characters")
gecko = manifest["browser_specific_settings"]["gecko"]
if not re.fullmatch(r"[a-z0-9.-]+@[a-z0-9.-]+", gecko["id"]):
    fault("Firefox's id is none")
if gecko["data_collection_permissions"] != {"required": ["none"]}:
    fault("it says that it collects data")
named = {"manifest.json", manifest["background"]["service_worker"], manifest["action"]["default_popup"]}
if manifest["background"]["scripts"] != [manifest["background"]["service_worker"]]:
    fault("the browsers have other scripts in the background")
for scripts in manifest["content_scripts"]:
    named |= set(scripts["js"])
    if scripts["matches"] != MATCHES or scripts["run_at"] != "document_start" or not scripts["all_frames"]:
        fault(f"scripts of pages run elsewhere: {scripts}")
for name in sorted(files):
    with open(os.path.join(EXTENSION, name), encoding="utf-8") as file:
        text = file.read()
    if name.endswith(".js"):
        code = re.sub(r"^\s*//.*$|/\*\*.*?\*/", "", text, flags=re.M | re.S)
        for pattern in FORBIDDEN:
            for found in re.finditer(pattern, code):
                fault(f"{name}: {found[0]}")
        for module in re.findall(r"^import .* from \"([^\"]+)\"", code, re.M):
            if not module.startswith("./") or module[2:] not in files:
                fault(f"{name}: imports {module}")
            named.add(module[2:])
        if not text.isascii():
            fault(f"{name} is not ASCII")
    if name.endswith(".html"):
        if re.search(r"\son\w+=|<script(?![^>]*\ssrc=)[^>]*>|javascript:|https?:", text):
            fault(f"{name}: a script in the page, or something from elsewhere")
        named |= set(re.findall(r"(?:src|href)=\"([^\"]+)\"", text))
if files != named:
    fault(f"files that nothing names, or that are missing: {sorted(files ^ named)}")
digits = hashlib.sha256(base64.b64decode(manifest["key"])).hexdigest()[:32]
chromium = "".join(chr(ord("a") + int(one, 16)) for one in digits)
for name, member, wanted in (("chromium", "allowed_origins", [f"chrome-extension://{chromium}/"]),
                             ("mozilla", "allowed_extensions", [gecko["id"]])):
    with open(os.path.join(HOSTS, f"{name}.json")) as file:
        host = json.load(file)
    if host[member] != wanted or host["name"] != "fob.browser" or host["type"] != "stdio":
        fault(f"{name}.json: {host}")
with open(os.path.join(HERE, "../../Sources/fob-browser/main.swift")) as file:
    program = file.read()
for id in (f"chrome-extension://{chromium}/", gecko["id"]):
    if f'"{id}"' not in program:
        fault(f"fob-browser does not know {id}")
for text in faults:
    print(f"the extension: {text}", file=sys.stderr)
sys.exit(1 if faults else 0)
