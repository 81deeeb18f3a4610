# The queues as shutdown.d/save_queues.py saved them: waiting messages, messages in flight with their receipt handles, counts.
import os
import pickle

from localstack import config
from localstack.services.sqs.models import StandardQueue, sqs_stores

path = f"{config.dirs.cache}/queues.pickle"
if os.path.exists(path):
    with open(path, "rb") as file:
        saved = pickle.load(file)
    # After a kill nothing is saved, and these messages would come a second time.
    os.remove(path)
    for account, region, state, visible in saved:
        queue = StandardQueue(state["name"], region, account)
        vars(queue).update(state)
        queue.visible.queue = visible
        sqs_stores[account][region].queues[queue.name] = queue
