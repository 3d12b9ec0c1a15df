"""What is uncertain about the numbers of a care system, and the system as it would be if they were other than written.

- `spread`: what the range of a number means
- `quantities`: what a calibration moves, and how
- `posterior`: what a calibration left uncertain, all quantities together
- `unknowns`: the list of what is uncertain; numbers that are one unknown move together
- `drawing`: a draw of all of it
- `written`: a number as it is written
"""
