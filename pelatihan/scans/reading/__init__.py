"""The child process that reads pictures of signed pages, and what it is made of.

``child`` answers the parent; ``opening`` makes pictures of files, ``finding`` looks for codes and marks,
``straightening`` lays a picture onto the printed page, ``ink`` tells what was written from what was printed,
``judging`` with ``strokes`` what a cell says, ``page`` where on the paper everything lies. Of the site they know two
modules of plain values: ``scans.shapes`` and ``papers.marking``. Thresholds were set on pages that ``bench.signed``
makes from seeds below 10,000.
"""
