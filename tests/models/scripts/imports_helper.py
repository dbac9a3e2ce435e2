"""The model comes from a function of another file."""

import pandas_not_installed as pd
from helper_nets import small

table = pd.read_csv("labels.csv")
net = small(classes=7)
net.fit(table)
