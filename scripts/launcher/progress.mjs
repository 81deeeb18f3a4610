/** Shows one line on stderr during `work`, at a terminal. */
export async function withProgress(text, work) {
  if (!process.stderr.isTTY) return work();
  process.stderr.write(`${text} …`);
  try {
    return await work();
  } finally {
    process.stderr.write('\r\x1b[K');
  }
}
