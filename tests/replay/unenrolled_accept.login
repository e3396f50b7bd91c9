# unenrolled: accept: let in on the primary alone, and the log says so.
unenrolled accept

   0       request A alice right          -> check_password A
   10ms    password ok A 25=staff         -> start_call A
   20ms    factor not_enrolled A          -> accept A 25=staff; login accept unenrolled 1

calls 1
