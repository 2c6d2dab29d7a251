"""What a person does who pulls out a security key and puts it in again, beside what the suites do themselves."""

import os
import subprocess

AS_SHIPPED = "FOB_PASSPHRASE" in os.environ


def forgive():
    """As users have it, wrong PINs are forgiven to who knows the passphrase, not to who connects again."""
    subprocess.run([os.environ["FOB"], "unlock", "--passphrase-fd", "0"], check=True, capture_output=True,
                   input=os.environ["FOB_PASSPHRASE"].encode())
