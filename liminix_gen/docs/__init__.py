"""What is made from the models for those who read: pages, and stubs for editors."""
