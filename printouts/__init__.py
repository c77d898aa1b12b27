"""Forms turned into paper, and paper turned into marks.

This room knows millimetres and never Django. Its parts, in the order of use:

- ``sheetcode``  what the QR code of a sheet says, byte by byte
- ``layout``     a form's geometry as data; the same layout draws and reads
- ``draw``       a print run of ballots as PDF
- ``slips``      passes to cut out, letters with a code
- ``documents``  reports and records to sign, from blocks (``blocks``)
- ``read``       scans to scores, scores to interpretations
- ``simulate``   pens and scanners that do not exist, for rehearsals and tests

Nothing is imported here: OpenCV weighs 54 MB and only readers need it.
"""
