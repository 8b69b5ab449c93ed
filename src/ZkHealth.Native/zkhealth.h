/* ZkHealth: verifies proof files and audits ledgers. Not audited.
 *
 * Every function returns a code and leaves a JSON object in *json: UTF-8, ended by a zero byte, to be freed by zkhealth_free. It has the members that
 * `zkhealth verify|inspect|ledger audit --json` prints; its leading four alone where the code is ZKHEALTH_USAGE or ZKHEALTH_FAULT. *json is NULL only where no
 * memory is left. Texts are UTF-8 ended by a zero byte; NULL leaves them out. What a function is given stays the caller's, and is not used after it
 * returns. Functions may be called by several threads at once. The library is never unloaded: do not dlclose it. */
#ifndef ZKHEALTH_H
#define ZKHEALTH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  ZKHEALTH_ACCEPTED = 0,
  ZKHEALTH_REJECTED = 1,       /* something was verified and rejected; of an audit: damaged, or an entry is flagged */
  ZKHEALTH_USAGE = 2,          /* an argument or a file cannot be used; nothing was verified */
  ZKHEALTH_UNSUPPORTED = 3,    /* a kind that this version does not know */
  ZKHEALTH_LIMIT_EXCEEDED = 4, /* verifying would take more than the caller allows; nothing was found to be wrong */
  ZKHEALTH_FAULT = -1          /* a fault of this library; nothing is said about the file */
};

/* Bytes of the caller; at most 2^31 - 1. {NULL, 0} leaves them out. */
typedef struct zkhealth_bytes {
  const uint8_t *data;
  size_t length;
} zkhealth_bytes;

/* What is asked of a verification. All zeros but for size: the proof alone, with the limits that the command has. */
typedef struct zkhealth_request {
  size_t size;             /* sizeof(zkhealth_request) */
  const char *name;        /* how the file is called in the result */
  const char *ledger;      /* path of a ledger file: the table must be published there by its owner */
  zkhealth_bytes receipt;  /* a receipt in place of the ledger; needs ledger_key */
  const char *ledger_key;  /* the ledger's public key as it was told to the caller: name+id+base64 */
  zkhealth_bytes checkpoint; /* a checkpoint that the caller kept (a signed note): the ledger must begin with it, a receipt be for it */
  zkhealth_bytes registry; /* the key registry that is trusted for what members say, where there is no ledger */
  const char *purpose;     /* accept only a proof made for this purpose */
  const char *requester;   /* accept only a proof made for this requester */
  int64_t max_cells;       /* cells of a cube, 1 to 2^20; 0: 65,536 */
  int64_t max_memory;      /* estimated bytes; 0: to match max_cells */
  int64_t max_work;        /* estimated nanoseconds of one core of 2023; 0: to match max_cells */
} zkhealth_request;

/* Verifies a proof file. request may be NULL. */
int32_t zkhealth_verify(const uint8_t *file, size_t length, const zkhealth_request *request, char **json);

/* Says what a proof file claims, with all its conditions, without verifying it. */
int32_t zkhealth_describe(const uint8_t *file, size_t length, const char *name, char **json);

/* Audits a ledger file: every entry, signature, hash and checkpoint, and the rules of releases. checkpoint: as above; {NULL, 0} for none. */
int32_t zkhealth_audit(const char *ledger, const char *ledger_key, zkhealth_bytes checkpoint, char **json);

/* The version and the instructions in use: {"version": "...", "runtime": "..."}. */
int32_t zkhealth_version(char **json);

/* Frees what a function left in *json; NULL is fine. */
void zkhealth_free(char *json);

#ifdef __cplusplus
}
#endif
#endif
