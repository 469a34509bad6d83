"""What several tests need and no test is: the databases, the browser, the reference case."""
