"""The commands of the command line, one file each; every module has a click command named `command`."""
