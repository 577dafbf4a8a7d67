"""What programs are told over HTTP, as JSON: the journal line by line, one release whole, and the description."""
