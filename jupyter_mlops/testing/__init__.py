"""Contract suites and fakes, shipped so that every implementation can be held to the same promises."""
