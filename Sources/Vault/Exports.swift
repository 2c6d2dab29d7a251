// Who speaks of records or messages speaks of what is in them.
@_exported import Model
