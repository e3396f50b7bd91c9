/* Runs every file of the directories given through a fuzz target, for builds without libFuzzer. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input lies in a block of just its size, so that ASan sees one byte too many being read. */
static void run_file(const char *path) {
  FILE *f = fopen(path, "rb");
  if (!f || fseek(f, 0, SEEK_END) != 0) {
    perror(path);
    exit(1);
  }
  size_t size = (size_t)ftell(f);
  rewind(f);
  uint8_t *data = malloc(size ? size : 1);
  if (!data || fread(data, 1, size, f) != size) {
    perror(path);
    exit(1);
  }
  fclose(f);
  LLVMFuzzerTestOneInput(data, size);
  free(data);
}

static int run_directory(const char *name) {
  DIR *dir = opendir(name);
  if (!dir) return perror(name), 0;
  int files = 0;
  for (struct dirent *entry; (entry = readdir(dir));) {
    char path[4096];
    if (entry->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "%s/%s", name, entry->d_name);
    run_file(path);
    files++;
  }
  closedir(dir);
  printf("%s: %d files\n", name, files);
  return files;
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++)
    if (run_directory(argv[i]) == 0) return 1;
  return argc < 2;
}
