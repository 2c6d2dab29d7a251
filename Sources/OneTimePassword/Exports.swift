// Who speaks of parameters speaks of what is in them.
@_exported import Model
