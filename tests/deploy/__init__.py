"""What is deployed: files that other programs read, checked by those programs themselves."""
