"""SpiffWorkflow 3.2.0 as it is: a smallest reproduction of each defect that the engine guards against.

A test here passes while the defect is there. When upstream mends one it fails, and names the guard that can go.
"""
