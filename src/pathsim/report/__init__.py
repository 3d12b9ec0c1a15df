"""What people see of a comparison: a page, a table for the terminal, a drawing of the pathway."""
