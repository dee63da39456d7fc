"""What runs outside this house: files given away, which import nothing of ours."""
