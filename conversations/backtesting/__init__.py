"""What customers asked an assistant, asked anew of the assistant as it may become. Nothing is sent to anybody."""
