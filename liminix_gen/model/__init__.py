"""Values that describe a router: no input, no output, no order of evaluation."""
