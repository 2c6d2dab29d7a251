"""What is inside the static programs of a release, as SPDX 2.3 (https://spdx.github.io/spdx-spec/v2.3/), on standard output.

    sbom.py RELEASE TREE
"""

import hashlib
import json
import os
import subprocess
import sys
import time

# Debian's packages whose archives are linked in, with their licenses as SPDX names them.
ARCHIVES = {"libsodium-dev": "ISC", "libssl-dev": "Apache-2.0", "libc6-dev": "LGPL-2.1-or-later"}


def output(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.strip()


def package(name, version, license, download="NOASSERTION", reference=None):
    found = {
        "SPDXID": f"SPDXRef-{name.replace('_', '-')}", "name": name, "versionInfo": version, "downloadLocation": download,
        "filesAnalyzed": False, "licenseConcluded": license, "licenseDeclared": license, "copyrightText": "NOASSERTION"}
    if reference:
        found["externalRefs"] = [
            {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": reference}]
    return found


def main(release, tree):
    packages = [package("fob", release, "MIT")]
    for name, license in ARCHIVES.items():
        version = output("dpkg-query", "--show", "--showformat=${Version}", name)
        packages.append(package(name, version, license, reference=f"pkg:deb/debian/{name}@{version}"))
    swift = output("swift", "--version").split("(")[0].split("Swift version ")[-1].strip()
    packages.append(package("swift", swift, "Apache-2.0 WITH Swift-exception"))
    for pin in json.loads(output("swift", "package", "show-dependencies", "--format", "json"))["dependencies"]:
        packages.append(package(pin["identity"], pin["version"], "Apache-2.0 WITH Swift-exception", pin["url"],
                                f"pkg:swift/{pin['url'].split('://')[-1]}@{pin['version']}"))
    files = []
    for folder, _, names in sorted(os.walk(tree)):
        for name in sorted(names):
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                octets = file.read()
            files.append({
                "SPDXID": f"SPDXRef-File-{len(files)}", "fileName": "./" + os.path.relpath(path, tree),
                "checksums": [{"algorithm": algorithm, "checksumValue": hashlib.new(algorithm.lower(), octets).hexdigest()}
                              for algorithm in ("SHA1", "SHA256")],
                "licenseConcluded": "MIT", "copyrightText": "NOASSERTION"})
    everything = hashlib.sha256(json.dumps([packages, files]).encode()).hexdigest()
    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-fob")]
    relations += [("SPDXRef-fob", "STATIC_LINK", found["SPDXID"]) for found in packages[1:]]
    relations += [("SPDXRef-DOCUMENT", "DESCRIBES", found["SPDXID"]) for found in files]
    made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"])))
    json.dump({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"fob-{release}",
        "documentNamespace": f"urn:sha256:{everything}",
        "creationInfo": {"created": made, "creators": ["Organization: the fob authors"]},
        "packages": packages, "files": files,
        "relationships": [{"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}
                          for one, kind, other in relations],
    }, sys.stdout, indent=1)
    print()


main(*sys.argv[1:])
