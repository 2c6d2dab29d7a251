"""What SoloKeys' fido2-tests imports of their own tools."""
