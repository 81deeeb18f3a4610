# Saves the queues with their messages when LocalStack is stopped; start.d/restore_queues.py reads them.
# LocalStack runs this in its own process, where its queues are Python objects. See decisions/042. FIFO queues are not saved.
import pickle

from localstack import config
from localstack.services.sqs.models import StandardQueue, sqs_stores


def refuse(*_, **__):
    raise RuntimeError("LocalStack is shutting down")


# A message that is accepted from now on would be lost: the sender gets an error, and sends it again.
StandardQueue.put = refuse
saved = []
for account, region, store in sqs_stores.iter_stores():
    for queue in store.queues.values():
        if isinstance(queue, StandardQueue):
            queue.shutdown()
            state = {key: value for key, value in vars(queue).items() if key not in ("mutex", "visible")}
            saved.append((account, region, state, queue.visible.queue))
with open(f"{config.dirs.cache}/queues.pickle", "wb") as file:
    pickle.dump(saved, file)
