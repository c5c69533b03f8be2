"""What runs the detector somewhere else than on a developer's machine."""
