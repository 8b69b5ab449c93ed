/* Verifies a proof file against a ledger, and prints the result as JSON; the exit code is that of `zkhealth verify`.
 *
 *   src/ZkHealth.Native/publish-native.sh lib
 *   gcc -std=c11 -Ilib samples/c/verify.c -Llib -lzkhealth -Wl,-rpath,"$PWD/lib" -o verify
 *   ./verify rate.zkp ledger.db */
#include <stdio.h>
#include <stdlib.h>

#include "zkhealth.h"

/* The bytes of a file, to be freed; NULL where it cannot be read. */
static uint8_t *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  uint8_t *bytes = NULL;
  size_t room = 0;
  *length = 0;
  while (file != NULL && !feof(file) && !ferror(file)) {
    if (*length == room) {
      room = 2 * room + 65536;
      uint8_t *more = realloc(bytes, room);
      if (more == NULL) break;
      bytes = more;
    }
    *length += fread(bytes + *length, 1, room - *length, file);
  }
  int complete = file != NULL && feof(file);
  if (file != NULL) fclose(file);
  if (!complete) {
    free(bytes);
    bytes = NULL;
  }
  return bytes;
}

int main(int argc, char **argv) {
  size_t length;
  uint8_t *file = argc >= 2 && argc <= 3 ? read_file(argv[1], &length) : NULL;
  if (file == NULL) {
    fprintf(stderr, "usage: verify PROOF [LEDGER]: expected a file that can be read\n");
    return ZKHEALTH_USAGE;
  }

  zkhealth_request request = {.size = sizeof request, .name = argv[1], .ledger = argv[2]};
  char *json = NULL;
  int32_t code = zkhealth_verify(file, length, &request, &json);
  if (json != NULL) puts(json);
  zkhealth_free(json);
  free(file);
  return code == ZKHEALTH_FAULT ? 5 : code;
}
