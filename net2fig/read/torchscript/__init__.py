"""TorchScript archives (`torch.jit.save`) are read as data: nothing in them is executed."""
