"""Members, keys, consents, requests and uses."""
from . import GENOMES, IMAGE, SOLD, case


@case(SOLD, "a member changes by nobody's decision")
def a_provider_has_another_factor(log):
    ident, row = log.last("member", lambda row: row["subject"] == "hospital")
    log.add("member", ident, row, factor=row["factor"] + 1)


@case(IMAGE, "a key is of a member that nobody gave it to")
def a_key_that_nobody_gave(log):
    _, row = log.last("key")
    log.add("key", bytes(33), row)


@case(IMAGE, "a key changes what it is")
def a_key_is_anothers(log):
    ident, row = log.last("key", lambda row: row["subject"] == "hospital")
    log.add("key", ident, row, subject="centre")


@case(IMAGE, "a key is revoked by nobody's word")
def a_key_is_revoked_by_nobody(log):
    ident, row = log.last("key")
    log.add("key", ident, row, revoked=True)


@case(SOLD, "a consent is not the one that was signed")
def a_consent_of_another_provider(log):
    _, record, _, _, row = log.first("consent")
    log.set(record, row, provider="centre")


@case(SOLD, "a consent changes what was granted")
def a_consent_grows(log):
    ident, row = log.last("consent")
    log.add("consent", ident, row, columns=[*row["columns"], "income"])


@case(SOLD, "a consent is backed later")
def a_consent_is_no_longer_backed(log):
    ident, row = log.last("consent")
    log.add("consent", ident, row, backed=False)


@case(GENOMES, "a use is not what was said of it")
def more_rows_than_were_said(log):
    _, record, _, _, row = log.first("use")
    log.set(record, row, rows=row["rows"] + 1)


@case(SOLD, "a request is not the one that was signed")
def a_request_for_others(log):
    _, record, _, _, row = log.first("request")
    log.set(record, row, handles=row["handles"][1:])


@case(SOLD, "a request changes what was asked")
def a_request_grows(log):
    ident, row = log.last("request")
    log.add("request", ident, row, columns=[*row["columns"], "income"])


@case(IMAGE, "a report is not the one that was signed")
def a_report_against_another(log):
    _, record, _, _, row = log.first("report")
    log.set(record, row, accused="centre")


@case(IMAGE, "a report changes without a verdict")
def a_report_is_open_again(log):
    ident, row = log.last("report")
    log.add("report", ident, row, open=True)


@case(IMAGE, "a member is out by no verdict")
def a_member_is_out_by_nobody(log):
    log.add("suspension", b"hospital", {"breach": [log.last("breach")[0]]})
