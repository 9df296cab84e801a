"""The reference data: what every screen shows on a fresh trial, and where docs and pictures come from.

Organisations carry public names (their legal forms, papers, addresses and contact persons are invented); every
person is invented; phone numbers start with 0812-0000. The tables beside this file are the data, the modules
play them through the writers of the application, so that no state stands here that the office could not reach.
"""
